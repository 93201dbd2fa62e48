-- Keep proposals; of each pair the report that was known first comes first.
-- params: municipality, moment, pairs
INSERT INTO incident_match (municipality, earlier, later, probability, weight, parts, known_from)
SELECT
    :municipality,
    CASE WHEN (a.first_known, p.a) < (b.first_known, p.b) THEN p.a ELSE p.b END,
    CASE WHEN (a.first_known, p.a) < (b.first_known, p.b) THEN p.b ELSE p.a END,
    p.probability, p.weight, p.parts, :moment
FROM jsonb_to_recordset(CAST(:pairs AS jsonb)) AS p (a uuid, b uuid, probability real, weight real, parts jsonb)
CROSS JOIN LATERAL (SELECT min(known_from) AS first_known FROM incident WHERE id = p.a) AS a
CROSS JOIN LATERAL (SELECT min(known_from) AS first_known FROM incident WHERE id = p.b) AS b
