-- Every name of every place in force that may place something, with a point of it in degrees and how far around it may
-- be meant.
-- params: municipality
SELECT
    p.id, p.kind, p.radius, n.name, ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude
FROM (
    SELECT
        id, name, kind, radius,
        CASE WHEN GeometryType(geometry) = 'POINT' THEN geometry ELSE ST_PointOnSurface(geometry) END AS point
    FROM place WHERE municipality = :municipality AND valid_to = 'infinity' AND NOT coarse
) AS p
CROSS JOIN LATERAL (
    SELECT p.name UNION SELECT alias FROM place_alias WHERE place = p.id AND valid_to = 'infinity'
) AS n (name)
ORDER BY p.id, n.name COLLATE "C"
