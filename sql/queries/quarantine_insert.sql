-- Keep the rows that were set aside, with the rule that refused each: by reading, or by contradicting another row.
-- params: delivery
INSERT INTO quarantine (delivery, sheet, line, rule, field, columns)
SELECT CAST(:delivery AS uuid), sheet, line, rule, field, columns::jsonb FROM incident_refused
ORDER BY sheet, line
