-- Keep the rows of counts that were set aside: by reading, or by contradicting another row of the file.
-- params: delivery
INSERT INTO quarantine (delivery, sheet, line, rule, field, columns)
SELECT CAST(:delivery AS uuid), sheet, line, rule, field, columns::jsonb FROM incident_refused
UNION ALL
SELECT DISTINCT CAST(:delivery AS uuid), s.sheet, s.line, 'contradictory_count', 'label', s.written::jsonb
FROM aggregate_decided AS d JOIN aggregate_stage AS s USING (row_number, source_key)
WHERE d.row_outcome = 'quarantined'
ORDER BY 2, 3
