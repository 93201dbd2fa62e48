-- Incidents whose coordinates were not used, by source and by why, as known now; reserved categories are left out.
-- params: municipality, rules
SELECT i.source, r.repair ->> 'rule' AS rule, count(*) AS n
FROM incident AS i
JOIN category AS c ON c.code = i.category
CROSS JOIN LATERAL jsonb_array_elements(i.repairs) AS r (repair)
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND NOT c.sensitive AND i.repairs <> '[]'
    AND r.repair ->> 'rule' = ANY(CAST(:rules AS text[]))
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2
