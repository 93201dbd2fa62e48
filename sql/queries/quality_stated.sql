-- Points of incidents that name an area, as known now: source and area by number, month from 1970; no reserved category.
-- params: municipality, sources, areas
SELECT
    i.x,
    i.y,
    array_position(CAST(:sources AS text[]), i.source)::int2 AS source,
    array_position(CAST(:areas AS text[]), i.stated_area)::int2 AS area,
    ((extract(year FROM i.local_day) - 1970) * 12 + extract(month FROM i.local_day) - 1)::int2 AS month
FROM incident AS i
JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND NOT c.sensitive
    AND i.method = 'coordinate' AND i.stated_area = ANY(CAST(:areas AS text[]))
