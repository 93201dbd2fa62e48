-- Take a file up, from its beginning; no row where it is over.
-- params: id
UPDATE upload SET
    state = 'running', started_at = clock_timestamp(), told_at = clock_timestamp(), attempts = attempts + 1,
    rows_read = 0, rows_stored = 0, rows_quarantined = 0, read_whole = false
WHERE id = :id AND state IN ('queued', 'running') RETURNING id
