-- Matches in one state, the most probable first; of each report what is known of it now.
-- params: municipality, state, limit, offset
SELECT
    m.id, m.probability, m.weight, m.parts, m.known_from AS proposed_at, coalesce(d.verdict, 'proposed') AS state,
    d.decided_by, d.known_from AS decided_at, to_jsonb(a) AS earlier, to_jsonb(b) AS later
FROM incident_match AS m
LEFT JOIN match_decision AS d ON d.match = m.id AND d.known_to = 'infinity'
CROSS JOIN LATERAL (
    SELECT
        n.name AS institution, s.name AS source, i.case_id, i.local_day, i.local_hour, i.address, i.stated_area, i.x, i.y,
        i.method, c.name_es, c.name_en, c.sensitive, i.known_to = 'infinity' AS current
    FROM incident AS i JOIN source AS s ON s.code = i.source JOIN institution AS n ON n.code = s.institution
    JOIN category AS c ON c.code = i.category
    WHERE i.id = m.earlier ORDER BY i.known_to DESC LIMIT 1
) AS a
CROSS JOIN LATERAL (
    SELECT
        n.name AS institution, s.name AS source, i.case_id, i.local_day, i.local_hour, i.address, i.stated_area, i.x, i.y,
        i.method, c.name_es, c.name_en, c.sensitive, i.known_to = 'infinity' AS current
    FROM incident AS i JOIN source AS s ON s.code = i.source JOIN institution AS n ON n.code = s.institution
    JOIN category AS c ON c.code = i.category
    WHERE i.id = m.later ORDER BY i.known_to DESC LIMIT 1
) AS b
WHERE m.municipality = :municipality AND m.known_to = 'infinity' AND coalesce(d.verdict, 'proposed') = :state
ORDER BY m.probability DESC, m.id
LIMIT :limit OFFSET :offset
