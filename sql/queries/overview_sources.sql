-- Sources of incidents that have delivered to a municipality.
-- params: municipality
SELECT DISTINCT s.code, s.name, s.synthetic
FROM delivery AS d
JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND s.kind = 'incidents'
ORDER BY s.name, s.code
