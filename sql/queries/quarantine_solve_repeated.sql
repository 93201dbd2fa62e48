-- Close the new rows in quarantine that stand for one that is open already: the first stays open under its number.
-- params: source, municipality, delivery, moment, solved_by, solution
WITH again AS (
    SELECT r.sheet, r.line
    FROM incident_refused AS r
    JOIN quarantine AS q ON q.id = r.refused_as AND q.solved_at IS NULL
    JOIN delivery AS d ON d.id = q.delivery AND d.source = :source AND d.municipality = :municipality
    WHERE r.refused_as > 0
)
UPDATE quarantine AS q SET solved_at = :moment, solved_by = :solved_by, solution = :solution
FROM again AS a
WHERE q.delivery = CAST(:delivery AS uuid) AND q.sheet = a.sheet AND q.line = a.line AND q.solved_at IS NULL
