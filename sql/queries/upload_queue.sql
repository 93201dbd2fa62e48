-- Put a file that waits for a decision into the queue; no row where it waits for none.
-- params: id
UPDATE upload SET state = 'queued', queued_at = clock_timestamp()
WHERE id = :id AND state = 'received' RETURNING enqueue_upload(id)
