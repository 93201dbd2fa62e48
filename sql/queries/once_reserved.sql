-- Incidents that one version calls reserved and another does not. What an earlier day shows more would locate them.
-- params: municipality
SELECT i.id::text
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE i.id IN (SELECT id FROM incident WHERE municipality = :municipality AND known_to < 'infinity')
GROUP BY i.id
HAVING bool_or(c.sensitive) AND NOT bool_and(c.sensitive)
ORDER BY i.id
