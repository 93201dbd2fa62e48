-- The radius of a circle as large as an area in force of a level (metres); nothing where there is no such area.
-- params: municipality, level, code
SELECT sqrt(a.area_km2 * 1e6 / pi())
FROM boundary_set AS b
JOIN area AS a ON a.boundary_set = b.id
WHERE b.municipality = :municipality AND b.level = :level AND b.in_force AND a.code = :code
