-- What became of all rows whose offence no rule knew when they were received: they wait, came in later, were discarded, or
-- could not be read again.
-- params: municipality
SELECT
    count(*) AS n,
    count(*) FILTER (WHERE q.solved_at IS NULL AND q.assignment IS NULL) AS waiting,
    count(q.incident) AS inserted,
    count(*) FILTER (WHERE q.solved_at IS NOT NULL AND q.incident IS NULL) AS discarded,
    count(*) FILTER (WHERE q.solved_at IS NULL AND q.assignment IS NOT NULL) AS remaining
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery
WHERE d.municipality = :municipality AND q.rule = 'unknown_category'
