-- Say how a file ended.
-- params: id, state, delivery, failure
UPDATE upload SET
    state = :state, ended_at = clock_timestamp(), delivery = CAST(:delivery AS uuid),
    failure = CAST(:failure AS jsonb)
WHERE id = :id AND state IN ('queued', 'running')
