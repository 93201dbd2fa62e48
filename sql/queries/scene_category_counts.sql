-- Incidents of some categories by category, under the other conditions of a selection: what weights leave out.
-- params: municipality, since, until, categories, sources, weekdays, hours, as_of, repeats
SELECT
    i.category,
    count(*) AS n
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:repeats AS uuid[])) = 0 OR i.id <> ALL(CAST(:repeats AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND (cardinality(CAST(:weekdays AS int[])) = 0 OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
    AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])))
GROUP BY 1
