-- Keep the rows that were set aside, with the rule that refused each: by reading, or by contradicting another row.
-- params: delivery
INSERT INTO quarantine (delivery, sheet, line, rule, field, columns)
SELECT CAST(:delivery AS uuid), sheet, line, rule, field, columns::jsonb FROM incident_refused
UNION ALL
SELECT
    CAST(:delivery AS uuid), s.sheet, s.line, 'contradictory_id', 'case_id',
    jsonb_strip_nulls(jsonb_build_object(
        'case_id', s.case_id, 'day', s.local_day, 'hour', nullif(s.local_hour, -1), 'reported', s.reported_on,
        'category', s.category, 'address', nullif(s.address, ''), 'area', nullif(s.area, ''),
        'barrio', nullif(s.barrio, ''), 'longitude', s.longitude, 'latitude', s.latitude
    ))
FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
WHERE d.outcome = 'quarantined'
ORDER BY 2, 3
