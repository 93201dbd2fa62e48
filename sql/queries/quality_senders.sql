-- When each source sent what, by day: the last day that it covers, and how much of it was repeated.
-- params: municipality, time_zone
SELECT
    d.source, s.name, n.name AS institution, s.synthetic,
    (d.received_at AT TIME ZONE :time_zone)::date AS received_on,
    d.last_day, d.rows_read, d.duplicate, d.quarantined
FROM delivery AS d
JOIN source AS s ON s.code = d.source
JOIN institution AS n ON n.code = s.institution
WHERE d.municipality = :municipality
ORDER BY d.source, d.received_at, d.id
