-- A file that was sent, and how far it is.
-- params: id
SELECT
    u.id, u.municipality, u.source, u.file_name, u.sha256, u.bytes, u.sent_by, u.received_at, u.state, u.attempts,
    u.expected_rows, u.rows_read, u.rows_stored, u.rows_quarantined, u.read_whole, u.cancelled_by, u.delivery, u.failure,
    CAST(extract(epoch FROM coalesce(u.ended_at, clock_timestamp()) - u.started_at) AS double precision) AS seconds,
    coalesce(d.received_at < u.received_at, false) AS known_before
FROM upload AS u LEFT JOIN delivery AS d ON d.id = u.delivery
WHERE u.id = :id
