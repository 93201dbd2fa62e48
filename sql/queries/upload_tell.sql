-- Keep how far a file is, and tell whether to go on: nobody cancelled it, and nobody else finished it.
-- params: id, rows_read, rows_stored, rows_quarantined, read_whole
UPDATE upload SET
    rows_read = :rows_read, rows_stored = :rows_stored, rows_quarantined = :rows_quarantined,
    read_whole = :read_whole, told_at = clock_timestamp()
WHERE id = :id RETURNING cancelled_by IS NULL AND state = 'running'
