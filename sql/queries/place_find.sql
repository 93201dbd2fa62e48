-- One place in force: a point of it in degrees, and how far around that point it reaches (metres).
-- params: municipality, place
SELECT
    p.id, p.name, p.kind, p.source, p.radius, p.coarse, ST_X(at.point) AS longitude, ST_Y(at.point) AS latitude,
    ST_MaxDistance(ST_Transform(p.geometry, m.metric_srid), ST_Transform(at.point, m.metric_srid)) AS reach
FROM place AS p
JOIN municipality AS m ON m.code = p.municipality
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN GeometryType(p.geometry) = 'POINT' THEN p.geometry
        WHEN GeometryType(p.geometry) = 'LINESTRING' THEN ST_LineInterpolatePoint(p.geometry, 0.5)
        WHEN GeometryType(p.geometry) = 'MULTILINESTRING' THEN ST_ClosestPoint(p.geometry, ST_Centroid(p.geometry))
        ELSE ST_PointOnSurface(p.geometry)
    END
) AS at (point)
WHERE p.id = :place AND p.municipality = :municipality AND p.valid_to = 'infinity'
