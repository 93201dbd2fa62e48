-- The spellings of an unknown offence, and how many rows of which deliveries wait for it; plain_text differs from the program's in
-- a few letters, so the program compares the spellings itself.
-- params: municipality, longest
SELECT q.columns ->> 'category' AS written, d.source, d.id AS delivery, count(*) AS n
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery
WHERE d.municipality = :municipality AND q.rule = 'unknown_category' AND q.solved_at IS NULL AND q.assignment IS NULL
    AND length(q.columns ->> 'category') <= :longest
GROUP BY 1, 2, 3
