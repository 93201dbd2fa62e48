-- Rows of one delivery that wait for an offence, in some spellings, some at a time.
-- params: delivery, spellings, after, limit
SELECT id, sheet, line, columns
FROM quarantine
WHERE delivery = CAST(:delivery AS uuid) AND rule = 'unknown_category' AND solved_at IS NULL AND assignment IS NULL
    AND columns ->> 'category' = ANY(CAST(:spellings AS text[])) AND id > :after
ORDER BY id LIMIT :limit
