-- Rows read again never amend: what another delivery says of the case came later or is the same.
-- params: none
UPDATE incident_decided SET outcome = 'superseded' WHERE outcome = 'updated'
