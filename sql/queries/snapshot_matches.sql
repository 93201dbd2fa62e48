-- Matches between institutions that count once at a later moment and did not at an earlier one, and the reverse.
-- Those with a report of a reserved category are left out.
-- params: municipality, before, after
WITH told AS (
    SELECT
        m.known_from <= :before AND m.known_to > :before AND EXISTS (
            SELECT FROM match_decision AS d
            WHERE d.match = m.id AND d.verdict = 'accepted' AND d.known_from <= :before AND d.known_to > :before
        ) AS was,
        m.known_from <= :after AND m.known_to > :after AND EXISTS (
            SELECT FROM match_decision AS d
            WHERE d.match = m.id AND d.verdict = 'accepted' AND d.known_from <= :after AND d.known_to > :after
        ) AS counts
    FROM incident_match AS m
    WHERE m.municipality = :municipality AND NOT EXISTS (
        SELECT FROM incident AS i JOIN category AS c ON c.code = i.category
        WHERE i.id IN (m.earlier, m.later) AND c.sensitive
    )
)
SELECT count(*) FILTER (WHERE counts AND NOT was) AS joined, count(*) FILTER (WHERE was AND NOT counts) AS parted
FROM told
