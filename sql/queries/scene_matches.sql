-- Matches accepted or not yet decided at a moment; of each report when it was first known, null outside the selection.
-- params: municipality, since, until, categories, sources, weekdays, hours, areas, boundaries, as_of
WITH known AS (
    SELECT m.earlier, m.later, d.verdict IS NOT NULL AS accepted
    FROM incident_match AS m
    LEFT JOIN match_decision AS d ON d.match = m.id AND d.known_from <= :as_of AND d.known_to > :as_of
    WHERE m.municipality = :municipality AND m.known_from <= :as_of AND m.known_to > :as_of
        AND d.verdict IS DISTINCT FROM 'refused'
),
meant AS (
    SELECT i.id, (SELECT min(v.known_from) FROM incident AS v WHERE v.id = i.id) AS first_known
    FROM incident AS i
    WHERE i.id IN (SELECT earlier FROM known UNION SELECT later FROM known)
        AND i.municipality = :municipality
        AND i.local_day BETWEEN :since AND :until
        AND i.known_from <= :as_of AND i.known_to > :as_of
        AND i.category = ANY(CAST(:categories AS text[]))
        AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
        AND (cardinality(CAST(:weekdays AS int[])) = 0
            OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
        AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])))
        AND (cardinality(CAST(:areas AS text[])) = 0
            OR (i.x IS NULL AND i.stated_area = ANY(CAST(:areas AS text[])))
            OR EXISTS (
                SELECT FROM area AS a
                WHERE a.boundary_set = :boundaries AND a.code = ANY(CAST(:areas AS text[]))
                    AND ST_Covers(a.geometry, i.location)
            ))
)
SELECT k.earlier::text AS earlier, k.later::text AS later, k.accepted, a.first_known AS earlier_known,
    b.first_known AS later_known
FROM known AS k LEFT JOIN meant AS a ON a.id = k.earlier LEFT JOIN meant AS b ON b.id = k.later
