-- Queue again the uploads that wait to be received and are in no queue.
-- params: none
SELECT enqueue_upload(u.id) FROM upload AS u
WHERE u.state IN ('queued', 'running') AND NOT EXISTS (
    SELECT FROM procrastinate.procrastinate_jobs AS j
    WHERE j.args ->> 'upload' = u.id::text AND j.status IN ('todo', 'doing')
)
