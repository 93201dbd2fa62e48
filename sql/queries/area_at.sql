-- The smallest area in force of a level that holds a point (degrees).
-- params: municipality, level, longitude, latitude
SELECT a.code, a.name
FROM boundary_set AS b
JOIN area AS a ON a.boundary_set = b.id
WHERE b.municipality = :municipality AND b.level = :level AND b.in_force
    AND ST_Covers(a.geometry, ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326))
ORDER BY a.area_km2, a.code
LIMIT 1
