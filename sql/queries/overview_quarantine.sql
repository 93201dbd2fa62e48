-- Rows in quarantine by the rule that refused them: how many, in how many deliveries, how many solved. No text of a row.
-- params: municipality
SELECT
    q.rule, q.field, count(*) AS n, count(DISTINCT q.delivery) AS deliveries, count(q.solved_at) AS solved
FROM quarantine AS q
JOIN delivery AS d ON d.id = q.delivery
WHERE d.municipality = :municipality
GROUP BY q.rule, q.field
ORDER BY n DESC, q.rule, q.field
