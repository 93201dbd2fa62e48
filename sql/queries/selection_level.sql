-- The levels of limits in force of a municipality, the one of the corregimientos first.
-- params: municipality
SELECT level FROM boundary_set
WHERE municipality = :municipality AND in_force AND level NOT IN ('mask', 'foco plantado', 'land')
ORDER BY level <> 'corregimiento', added_at
