-- The rows of a delivery that are still in quarantine, in the order of the file.
-- params: delivery
SELECT q.id, q.sheet, q.line, q.rule, q.field, q.columns
FROM quarantine AS q
WHERE q.delivery = CAST(:delivery AS uuid) AND q.solved_at IS NULL
ORDER BY q.sheet, q.line, q.id
