-- Put the rows of an assignment back into quarantine, but those whose incident its institution has amended since.
-- params: assignment
UPDATE quarantine AS q SET solved_at = NULL, solved_by = NULL, solution = NULL, assignment = NULL, incident = NULL
WHERE q.assignment = :assignment
    AND NOT EXISTS (SELECT FROM incident AS i WHERE i.id = q.incident AND i.known_to = 'infinity')
RETURNING 1
