-- Streets as a network needs them: all lines in force, pieces that name nothing among them, in a projection.
-- params: municipality, srid
SELECT name, ST_AsBinary(ST_Transform(geometry, CAST(:srid AS integer))) AS geometry
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity' AND review IS NULL
    AND GeometryType(geometry) IN ('LINESTRING', 'MULTILINESTRING')
ORDER BY id
