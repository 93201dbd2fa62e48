-- What becomes of each count of the file, and of the row that holds it: quarantined where one of its counts contradicts
-- another of the file; else updated, inserted or duplicate, the first of these that one of its counts is.
-- params: source, municipality
CREATE TEMPORARY TABLE aggregate_decided ON COMMIT DROP AS
WITH compared AS (
    SELECT
        row_number, source_key, n, status,
        min(n) OVER same_key <> max(n) OVER same_key OR min(status) OVER same_key <> max(status) OVER same_key AS differs
    FROM aggregate_stage WINDOW same_key AS (PARTITION BY source_key)
),
judged AS (
    SELECT row_number, source_key, n, status, bool_or(differs) OVER (PARTITION BY row_number) AS contradictory
    FROM compared
),
counted AS (
    SELECT *, row_number() OVER (PARTITION BY source_key, contradictory ORDER BY row_number) AS nth FROM judged
),
told AS (
    SELECT
        c.row_number, c.source_key, live.id AS aggregate,
        CASE
            WHEN c.contradictory THEN 'quarantined'
            WHEN c.nth > 1 THEN 'duplicate'
            WHEN live.id IS NULL THEN 'inserted'
            WHEN live.n = c.n AND live.status = c.status THEN 'duplicate'
            ELSE 'updated'
        END AS outcome
    FROM counted AS c
    LEFT JOIN aggregate AS live
        ON live.source = :source AND live.municipality = :municipality AND live.source_key = c.source_key
        AND live.known_to = 'infinity'
)
SELECT
    row_number, source_key, aggregate, outcome,
    CASE
        WHEN bool_or(outcome = 'quarantined') OVER one_row THEN 'quarantined'
        WHEN bool_or(outcome = 'updated') OVER one_row THEN 'updated'
        WHEN bool_or(outcome = 'inserted') OVER one_row THEN 'inserted'
        ELSE 'duplicate'
    END AS row_outcome
FROM told WINDOW one_row AS (PARTITION BY row_number)
