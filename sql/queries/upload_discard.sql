-- Give up a file that waits for a decision; no row where it waits for none.
-- params: id
UPDATE upload SET state = 'discarded', ended_at = clock_timestamp() WHERE id = :id AND state = 'received' RETURNING id
