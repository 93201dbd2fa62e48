-- Code and name of the areas in force of a level, by name; only those whose incidents are delivered.
-- params: municipality, level
SELECT a.code, a.name
FROM boundary_set AS b
JOIN area AS a ON a.boundary_set = b.id
WHERE b.municipality = :municipality AND b.level = :level AND b.in_force AND a.observed
ORDER BY a.name, a.code
