-- Keep the head of an edition, in force.
-- params: municipality, level, edition, source, licence, schematic, sha256, found
INSERT INTO boundary_set (municipality, level, edition, source, licence, schematic, sha256, found)
VALUES (:municipality, :level, :edition, :source, :licence, :schematic, :sha256, CAST(:found AS jsonb))
RETURNING id
