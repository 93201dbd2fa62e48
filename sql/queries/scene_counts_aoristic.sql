-- Incidents of a selection without a point whose interval lies in the chosen hours and weekdays, in part at least.
-- params: municipality, since, until, categories, sources, weekdays, hours, as_of,
-- left_out, time_zone
SELECT
    i.method,
    i.source,
    i.stated_area,
    false AS hour_unknown,
    count(*) AS n
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.x IS NULL
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR i.id <> ALL(CAST(:left_out AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND EXISTS (
        SELECT 1
        FROM generate_series(
            date_trunc('hour', i.occurred_from),
            greatest(i.occurred_from, i.occurred_to - interval '1 microsecond'),
            interval '1 hour'
        ) AS step (at)
        WHERE (cardinality(CAST(:hours AS int[])) = 0
            OR extract(hour FROM step.at AT TIME ZONE :time_zone) = ANY(CAST(:hours AS int[])))
            AND (cardinality(CAST(:weekdays AS int[])) = 0
                OR extract(isodow FROM step.at AT TIME ZONE :time_zone) = ANY(CAST(:weekdays AS int[])))
    )
GROUP BY 1, 2, 3
