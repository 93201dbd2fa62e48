-- The files that were sent and are still needed.
-- params: none
SELECT id FROM upload WHERE state IN ('received', 'queued', 'running')
