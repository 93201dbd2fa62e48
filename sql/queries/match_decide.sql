-- Keep a verdict on a match that is proposed and has none.
-- params: match, municipality, verdict, actor, moment
INSERT INTO match_decision (match, verdict, decided_by, known_from)
SELECT id, :verdict, :actor, :moment FROM incident_match
WHERE id = :match AND municipality = :municipality AND known_to = 'infinity'
ON CONFLICT (match) WHERE known_to = 'infinity' DO NOTHING
RETURNING match
