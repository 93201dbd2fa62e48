-- Incidents of a selection that give no point to a scene: without a place, by what they name, and, where hours are asked
-- for, those whose hour is unknown.
-- params: municipality, since, until, categories, sources, weekdays, hours, as_of,
-- left_out
SELECT
    i.method,
    i.source,
    i.stated_area,
    cardinality(CAST(:hours AS int[])) > 0 AND i.local_hour IS NULL AS hour_unknown,
    count(*) AS n
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND (i.x IS NULL OR (cardinality(CAST(:hours AS int[])) > 0 AND i.local_hour IS NULL))
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR i.id <> ALL(CAST(:left_out AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND (cardinality(CAST(:weekdays AS int[])) = 0 OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
    AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])) OR i.local_hour IS NULL)
GROUP BY 1, 2, 3, 4
