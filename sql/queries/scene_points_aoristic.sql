-- Credibly placed incidents of a selection, each with the share of its interval that lies in the chosen hours and weekdays.
-- params: municipality, since, until, categories, sources, known_sources, weekdays, hours, as_of,
-- left_out, time_zone
SELECT
    i.x,
    i.y,
    i.radius,
    i.local_day,
    coalesce(i.local_hour, -1)::int2 AS local_hour,
    array_position('{coordinate,crossing,landmark,street}'::text[], i.method)::int2 AS method,
    array_position(CAST(:known_sources AS text[]), i.source)::int2 AS source,
    part.share AS weight
FROM incident AS i
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            sum(extract(epoch FROM least(i.occurred_to, step.at + interval '1 hour') - greatest(i.occurred_from, step.at)))
            / nullif(extract(epoch FROM i.occurred_to - i.occurred_from), 0),
            least(count(*), 1)
        )::float8 AS share
    FROM generate_series(
        date_trunc('hour', i.occurred_from),
        greatest(i.occurred_from, i.occurred_to - interval '1 microsecond'),
        interval '1 hour'
    ) AS step (at)
    WHERE (cardinality(CAST(:hours AS int[])) = 0
        OR extract(hour FROM step.at AT TIME ZONE :time_zone) = ANY(CAST(:hours AS int[])))
        AND (cardinality(CAST(:weekdays AS int[])) = 0
            OR extract(isodow FROM step.at AT TIME ZONE :time_zone) = ANY(CAST(:weekdays AS int[])))
) AS part
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.x IS NOT NULL
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR i.id <> ALL(CAST(:left_out AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND part.share > 0
