-- A delivery with its source, its municipality, its report, and how many of its refused rows were solved since.
-- params: id
SELECT
    d.id::text AS id, d.source, s.name AS source_name, n.name AS institution, s.synthetic, d.municipality,
    m.name AS municipality_name, m.time_zone, d.file_name, d.sha256, d.bytes, d.received_at, d.sent_by, d.rows_read,
    d.inserted, d.updated, d.duplicate, d.quarantined, d.blank, d.placed, d.first_day, d.last_day, d.report,
    (SELECT count(*) FROM quarantine AS q WHERE q.delivery = d.id AND q.solved_at IS NOT NULL) AS solved
FROM delivery AS d
JOIN source AS s ON s.code = d.source
JOIN institution AS n ON n.code = s.institution
JOIN municipality AS m ON m.code = d.municipality
WHERE d.id = CAST(:id AS uuid)
