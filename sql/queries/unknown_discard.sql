-- Solve the rows of a delivery whose text names no incident.
-- params: delivery, spellings, moment, actor, assignment
UPDATE quarantine SET
    solved_at = :moment, solved_by = :actor, solution = 'not_an_incident', assignment = :assignment
WHERE delivery = CAST(:delivery AS uuid) AND rule = 'unknown_category' AND solved_at IS NULL AND assignment IS NULL
    AND columns ->> 'category' = ANY(CAST(:spellings AS text[]))
RETURNING 1
