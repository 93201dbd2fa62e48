-- Take out of force the editions of a level.
-- params: municipality, level
UPDATE boundary_set SET in_force = false
WHERE municipality = :municipality AND level = :level AND in_force
