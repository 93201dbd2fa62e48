-- Where the rows stand that contradict another by their number.
-- params: none
SELECT s.sheet, array_agg(s.line) AS lines
FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
WHERE d.outcome = 'quarantined' GROUP BY s.sheet
