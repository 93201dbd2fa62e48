-- Cancel a file that is queued or being received; no row where it is neither.
-- params: id, actor
UPDATE upload SET
    cancelled_by = :actor,
    state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
    ended_at = CASE state WHEN 'queued' THEN clock_timestamp() END
WHERE id = :id AND state IN ('queued', 'running') RETURNING state
