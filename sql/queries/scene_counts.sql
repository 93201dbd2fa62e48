-- How many incidents of a selection there are by method, source, category, hour and, without a point, stated area.
-- An unknown hour is counted too. Two halves, each grouped by plain columns: the planner then uses both cores.
-- params: municipality, since, until, categories, reserved, sources, weekdays, hours, as_of
(
    SELECT method, source, '' AS stated_area, category, local_hour, count(*) AS n,
        min(local_day) AS first_day, max(local_day) AS last_day
    FROM incident AS i
    WHERE i.municipality = :municipality
        AND i.local_day BETWEEN :since AND :until
        AND i.known_from <= :as_of AND i.known_to > :as_of
        AND (i.category = ANY(CAST(:categories AS text[])) OR i.category = ANY(CAST(:reserved AS text[])))
        AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
        AND (cardinality(CAST(:weekdays AS int[])) = 0
             OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
        AND (cardinality(CAST(:hours AS int[])) = 0
             OR i.local_hour = ANY(CAST(:hours AS int[])) OR i.local_hour IS NULL)
        AND i.x IS NOT NULL
    GROUP BY method, source, category, local_hour
)
UNION ALL
(
    SELECT method, source, stated_area, category, local_hour, count(*) AS n,
        min(local_day) AS first_day, max(local_day) AS last_day
    FROM incident AS i
    WHERE i.municipality = :municipality
        AND i.local_day BETWEEN :since AND :until
        AND i.known_from <= :as_of AND i.known_to > :as_of
        AND (i.category = ANY(CAST(:categories AS text[])) OR i.category = ANY(CAST(:reserved AS text[])))
        AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
        AND (cardinality(CAST(:weekdays AS int[])) = 0
             OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
        AND (cardinality(CAST(:hours AS int[])) = 0
             OR i.local_hour = ANY(CAST(:hours AS int[])) OR i.local_hour IS NULL)
        AND i.x IS NULL
    GROUP BY method, source, stated_area, category, local_hour
)
