-- Say of rows that could not be read again why; they stay in quarantine.
-- params: assignment, rows
UPDATE quarantine AS q SET assignment = :assignment, solution = r.reason
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id bigint, reason text) WHERE q.id = r.id
