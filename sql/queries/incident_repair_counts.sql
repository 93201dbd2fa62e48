-- How many rows that were kept carry each kind of repair.
-- params: none
SELECT r.repair ->> 'rule' AS rule, count(*) AS n
FROM incident_decided AS d
JOIN incident_stage AS s USING (row_number)
CROSS JOIN LATERAL jsonb_array_elements(s.repairs::jsonb) AS r (repair)
WHERE s.repairs <> '[]' AND d.outcome IN ('inserted', 'updated')
GROUP BY 1 ORDER BY 1
