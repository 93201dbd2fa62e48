-- Close the rows in quarantine that the rows of a corrected file stand for: those that came in with it.
-- params: source, municipality, moment, solved_by, solution
WITH corrected AS (
    SELECT DISTINCT s.refused_as
    FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
    WHERE s.refused_as > 0 AND d.outcome IN ('inserted', 'updated', 'duplicate')
)
UPDATE quarantine AS q SET solved_at = :moment, solved_by = :solved_by, solution = :solution
FROM corrected AS c, delivery AS d
WHERE q.id = c.refused_as AND q.solved_at IS NULL AND d.id = q.delivery
    AND d.source = :source AND d.municipality = :municipality
