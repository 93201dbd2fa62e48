-- End the verdict on a match; it is proposed again.
-- params: match, municipality, actor, moment
UPDATE match_decision AS d SET known_to = :moment, undone_by = :actor
FROM incident_match AS m
WHERE m.id = d.match AND m.id = :match AND m.municipality = :municipality AND d.known_to = 'infinity'
RETURNING d.match
