-- Editions of the layers of a municipality, those in force first.
-- params: municipality
SELECT b.id, b.municipality, b.level, b.edition, b.source, b.licence, b.schematic, b.sha256, b.in_force, b.found
FROM boundary_set AS b
WHERE b.municipality = :municipality
ORDER BY b.level COLLATE "C", b.in_force DESC, b.added_at DESC, b.id DESC
