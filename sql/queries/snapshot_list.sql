-- Snapshots of a municipality, the newest first.
-- params: municipality
SELECT municipality, name, known_at, mask, note, created_at, made_by, stands_on
FROM snapshot
WHERE municipality = :municipality
ORDER BY created_at DESC, name COLLATE "C"
