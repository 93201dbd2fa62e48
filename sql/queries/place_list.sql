-- Places of a municipality in force now that may name a spot: a point that stands for each, in a projection.
-- params: municipality, srid
SELECT
    name, kind,
    ST_AsBinary(ST_Transform(
        CASE WHEN GeometryType(geometry) = 'POINT' THEN geometry ELSE ST_PointOnSurface(geometry) END,
        CAST(:srid AS integer)
    )) AS geometry
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity' AND review IS NULL AND NOT coarse AND kind <> 'tramo'
ORDER BY name COLLATE "C", kind COLLATE "C", id
