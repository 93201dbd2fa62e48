-- Editions of limits in force, their newest vintages of population, and the gazetteer of a municipality.
-- params: municipality
SELECT 'limits ' || b.level AS part, b.edition || ' ' || left(b.sha256, 12) AS edition
FROM boundary_set AS b
WHERE b.municipality = :municipality AND b.in_force AND b.level <> 'mask'
UNION ALL
SELECT 'population ' || b.level, p.kind || ' ' || max(p.vintage COLLATE "C") || ', ' || sum(p.persons)
FROM boundary_set AS b JOIN population AS p ON p.boundary_set = b.id
WHERE b.municipality = :municipality AND b.in_force
    AND p.vintage = (
        SELECT max(o.vintage COLLATE "C") FROM population AS o WHERE o.boundary_set = b.id AND o.kind = p.kind
    )
GROUP BY b.level, p.kind
UNION ALL
SELECT 'gazetteer', count(*) || '-' || coalesce(max(id), 0)
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity'
ORDER BY 1, 2
