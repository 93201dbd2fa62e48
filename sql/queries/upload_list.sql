-- Files that were sent to a municipality, the latest first; those that were not loaded in the end are left out.
-- params: municipality, limit
SELECT
    u.id, u.municipality, u.source, u.file_name, u.sha256, u.bytes, u.sent_by, u.received_at, u.state, u.attempts,
    u.expected_rows, u.rows_read, u.rows_stored, u.rows_quarantined, u.read_whole, u.cancelled_by, u.delivery, u.failure,
    CAST(extract(epoch FROM coalesce(u.ended_at, clock_timestamp()) - u.started_at) AS double precision) AS seconds,
    coalesce(d.received_at < u.received_at, false) AS known_before
FROM upload AS u LEFT JOIN delivery AS d ON d.id = u.delivery
WHERE u.municipality = :municipality AND u.state <> 'discarded'
ORDER BY u.received_at DESC, u.id LIMIT :limit
