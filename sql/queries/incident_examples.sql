-- The first rows that contradict another by their number.
-- params: limit
SELECT s.sheet, s.line, 'contradictory_id' AS rule, 'case_id' AS field
FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
WHERE d.outcome = 'quarantined' ORDER BY s.row_number LIMIT :limit
