-- Say of the rows read again what became of each; a row that contradicts another one of its case stays.
-- params: delivery, moment, actor, assignment
UPDATE quarantine AS q SET
    solved_at = CASE WHEN d.outcome <> 'quarantined' THEN CAST(:moment AS timestamptz) END,
    solved_by = CASE WHEN d.outcome <> 'quarantined' THEN :actor END,
    solution = CASE WHEN d.outcome = 'quarantined' THEN 'contradictory_id' ELSE d.outcome END,
    assignment = :assignment,
    incident = i.id
FROM incident_decided AS d
JOIN incident_stage AS s USING (row_number)
LEFT JOIN incident AS i
    ON d.outcome = 'inserted' AND i.delivery = CAST(:delivery AS uuid) AND i.known_from = :moment
    AND i.sheet = s.sheet AND i.line = s.line
WHERE q.id = d.row_number
RETURNING q.solution
