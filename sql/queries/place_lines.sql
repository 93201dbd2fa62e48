-- Streets: places in force that are lines and may name a spot, in a projection.
-- params: municipality, srid
SELECT name, radius, ST_AsBinary(ST_Transform(geometry, CAST(:srid AS integer))) AS geometry
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity'
    AND kind <> 'tramo' AND GeometryType(geometry) IN ('LINESTRING', 'MULTILINESTRING')
ORDER BY id
