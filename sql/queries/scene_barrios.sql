-- Addresses of a selection's incidents of which only the barrio is known, with the area that they name and how many.
-- params: municipality, since, until, categories, sources, weekdays, hours, as_of, left_out
SELECT i.address, i.stated_area, count(*) AS n
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.method = 'barrio' AND i.address <> ''
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR i.id <> ALL(CAST(:left_out AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND (cardinality(CAST(:weekdays AS int[])) = 0 OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
    AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])))
GROUP BY 1, 2
ORDER BY 1, 2
