-- What becomes of each row of the file, in the order of the rows.
-- params: none
SELECT outcome FROM incident_decided ORDER BY row_number
