-- Close the rows in quarantine that the rows of a corrected file stand for: those that came in with it.
-- params: source, municipality, moment, solved_by, solution
WITH corrected AS (
    SELECT DISTINCT s.refused_as, s.case_id
    FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
    WHERE s.refused_as > 0 AND d.outcome IN ('inserted', 'updated', 'duplicate')
)
UPDATE quarantine AS q SET solved_at = :moment, solved_by = :solved_by, solution = :solution
FROM corrected AS c, delivery AS d
WHERE q.id = c.refused_as AND q.solved_at IS NULL AND d.id = q.delivery
    AND d.source = :source AND d.municipality = :municipality
    -- Another case's number stands for another row, unless the number was what had to be corrected.
    AND (coalesce(q.columns ->> 'case_id', '') IN ('', c.case_id) OR q.rule = 'contradictory_id'
        OR q.columns ->> 'case_id' LIKE '%[retirado]%')
