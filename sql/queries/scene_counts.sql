-- How many incidents of a selection there are by method, source and, without a point, stated area; an unknown hour is
-- counted apart where hours are asked for, and reserved categories always.
-- params: municipality, since, until, categories, reserved, sources, weekdays, hours, as_of
SELECT
    i.method,
    i.source,
    CASE WHEN i.x IS NULL THEN i.stated_area ELSE '' END AS stated_area,
    i.category = ANY(CAST(:reserved AS text[])) AS reserved,
    cardinality(CAST(:hours AS int[])) > 0 AND i.local_hour IS NULL AS hour_unknown,
    count(*) AS n,
    min(i.local_day) AS first_day,
    max(i.local_day) AS last_day
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (i.category = ANY(CAST(:categories AS text[])) OR i.category = ANY(CAST(:reserved AS text[])))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND (cardinality(CAST(:weekdays AS int[])) = 0 OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
    AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])) OR i.local_hour IS NULL)
GROUP BY 1, 2, 3, 4, 5
