-- Deliveries of a municipality with their accounts, the latest first.
-- params: municipality, limit (null: all)
SELECT
    d.id::text AS id, s.name AS source, n.name AS institution, s.synthetic, d.file_name, d.received_at, d.rows_read,
    d.inserted, d.updated, d.duplicate, d.quarantined, d.blank, d.placed, d.first_day, d.last_day, d.sha256
FROM delivery AS d
JOIN source AS s ON s.code = d.source
JOIN institution AS n ON n.code = s.institution
WHERE d.municipality = :municipality
ORDER BY d.received_at DESC, d.id
LIMIT :limit
