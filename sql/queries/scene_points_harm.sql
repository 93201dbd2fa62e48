-- Credibly placed incidents of a selection as scene_points gives them, each with the harm of its category in days.
-- params: harm, municipality, since, until, categories, sources, known_sources, weekdays, hours, as_of,
-- left_out
SELECT
    i.x,
    i.y,
    i.radius,
    i.local_day,
    coalesce(i.local_hour, -1)::int2 AS local_hour,
    array_position('{coordinate,crossing,landmark,street}'::text[], i.method)::int2 AS method,
    array_position(CAST(:known_sources AS text[]), i.source)::int2 AS source,
    (CAST(:harm AS float8[]))[array_position(CAST(:categories AS text[]), i.category)] AS weight
FROM incident AS i
WHERE i.municipality = :municipality
    AND i.local_day BETWEEN :since AND :until
    AND i.x IS NOT NULL
    AND i.known_from <= :as_of AND i.known_to > :as_of
    AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR i.id <> ALL(CAST(:left_out AS uuid[])))
    AND i.category = ANY(CAST(:categories AS text[]))
    AND (cardinality(CAST(:sources AS text[])) = 0 OR i.source = ANY(CAST(:sources AS text[])))
    AND (cardinality(CAST(:weekdays AS int[])) = 0 OR extract(isodow FROM i.local_day) = ANY(CAST(:weekdays AS int[])))
    AND (cardinality(CAST(:hours AS int[])) = 0 OR i.local_hour = ANY(CAST(:hours AS int[])))
