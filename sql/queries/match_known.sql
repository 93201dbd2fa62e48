-- Matches proposed now, with their verdict where a person gave one.
-- params: municipality
SELECT m.id, m.earlier::text AS earlier, m.later::text AS later, m.weight, d.verdict
FROM incident_match AS m LEFT JOIN match_decision AS d ON d.match = m.id AND d.known_to = 'infinity'
WHERE m.municipality = :municipality AND m.known_to = 'infinity'
ORDER BY m.id
