-- Put one edition in force, after the others were retired.
-- params: id
UPDATE boundary_set SET in_force = true WHERE id = :id
