-- Every place in force that may name a spot, as the geocoder reads it: all its names, a point of it in degrees, its shape where it is more.
-- params: municipality
SELECT
    p.id, p.name, p.kind, p.source, p.radius, p.coarse, ST_X(at.point) AS longitude, ST_Y(at.point) AS latitude,
    CASE WHEN GeometryType(p.geometry) <> 'POINT' THEN ST_AsBinary(p.geometry) END AS shape,
    coalesce(a.aliases, '{}') AS aliases
FROM place AS p
CROSS JOIN LATERAL (
    SELECT CASE WHEN GeometryType(p.geometry) = 'POINT' THEN p.geometry ELSE ST_PointOnSurface(p.geometry) END
) AS at (point)
LEFT JOIN (
    SELECT place, array_agg(DISTINCT alias ORDER BY alias) AS aliases
    FROM place_alias WHERE valid_to = 'infinity' GROUP BY place
) AS a ON a.place = p.id
WHERE p.municipality = :municipality AND p.valid_to = 'infinity' AND p.kind <> 'tramo'
ORDER BY p.id
