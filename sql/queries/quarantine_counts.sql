-- Rows in quarantine by delivery and rule, the latest delivery first: how many are open and how many solved.
-- params: municipality
SELECT
    q.delivery::text AS delivery, d.file_name, d.source, d.received_at, q.rule,
    count(*) FILTER (WHERE q.solved_at IS NULL) AS open, count(q.solved_at) AS solved
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery
WHERE d.municipality = :municipality
GROUP BY q.delivery, d.file_name, d.source, d.received_at, q.rule
ORDER BY d.received_at DESC, q.delivery, q.rule
