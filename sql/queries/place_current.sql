-- Places in force of one kind and source, with the other names that came with them.
-- params: municipality, kind, source
SELECT
    p.name, p.radius, p.coarse, ST_AsBinary(p.geometry) AS geometry,
    coalesce(array_agg(a.alias ORDER BY a.alias COLLATE "C") FILTER (WHERE a.alias IS NOT NULL), '{}') AS aliases
FROM place AS p LEFT JOIN place_alias AS a ON a.place = p.id AND a.review IS NULL AND a.valid_to = 'infinity'
WHERE p.municipality = :municipality AND p.kind = :kind AND p.source = :source AND p.valid_to = 'infinity'
GROUP BY p.id
ORDER BY p.id
