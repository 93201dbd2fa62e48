-- How many matches of a municipality are proposed, accepted and refused.
-- params: municipality
SELECT coalesce(d.verdict, 'proposed') AS state, count(*) AS n
FROM incident_match AS m LEFT JOIN match_decision AS d ON d.match = m.id AND d.known_to = 'infinity'
WHERE m.municipality = :municipality AND m.known_to = 'infinity'
GROUP BY 1
