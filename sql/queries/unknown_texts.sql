-- Offences in quarantine that no rule knows, as they were written, with the rows of each source that wait for them.
-- params: municipality, longest, limit
SELECT
    q.columns ->> 'category' AS written, d.source, s.name AS source_name, count(*) AS n,
    count(DISTINCT q.delivery) AS deliveries
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND q.rule = 'unknown_category' AND q.solved_at IS NULL AND q.assignment IS NULL
    AND length(q.columns ->> 'category') <= :longest
GROUP BY 1, 2, 3
ORDER BY n DESC, 1, 2
LIMIT :limit
