-- What becomes of each row of the file: inserted, updated, duplicate, or quarantined because its number contradicts
-- another row of the file. Without numbers, equal rows of one file are incidents of their own, told apart by ordinal.
-- params: source, municipality, has_identifier
CREATE TEMPORARY TABLE incident_decided ON COMMIT DROP AS
WITH counted AS (
    SELECT
        row_number, content_hash, source_key,
        row_number() OVER (PARTITION BY source_key, content_hash ORDER BY row_number) AS nth,
        min(content_hash) OVER same_key <> max(content_hash) OVER same_key AS contradictory
    FROM incident_stage WINDOW same_key AS (PARTITION BY source_key)
),
keyed AS (
    SELECT
        row_number, content_hash,
        CASE WHEN :has_identifier THEN source_key ELSE content_hash || '#' || nth END AS source_key,
        :has_identifier AND contradictory AS contradictory,
        :has_identifier AND nth > 1 AS repeated
    FROM counted
)
SELECT
    k.row_number, k.source_key, live.id AS incident,
    CASE
        WHEN k.contradictory THEN 'quarantined'
        WHEN k.repeated THEN 'duplicate'
        WHEN live.id IS NULL THEN 'inserted'
        WHEN live.content_hash = k.content_hash THEN 'duplicate'
        ELSE 'updated'
    END AS outcome
FROM keyed AS k
LEFT JOIN incident AS live
    ON live.source = :source AND live.municipality = :municipality AND live.source_key = k.source_key
    AND live.known_to = 'infinity'
