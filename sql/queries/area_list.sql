-- Areas of one edition by code, their label point and their outline in a projection.
-- params: boundary_set, srid
SELECT
    code, name, observed, area_km2,
    ST_AsBinary(ST_Transform(label, CAST(:srid AS integer))) AS label,
    ST_AsBinary(ST_Transform(geometry, CAST(:srid AS integer))) AS geometry
FROM area
WHERE boundary_set = :boundary_set
ORDER BY code COLLATE "C"
