-- How many incidents each delivery amended, and in which fields; of the fields only that they changed.
-- params: municipality
SELECT
    d.id::text AS delivery, s.name AS source, d.file_name, d.received_at, count(*) AS n,
    count(*) FILTER (WHERE i.category <> o.category) AS category,
    count(*) FILTER (WHERE i.local_day <> o.local_day) AS day,
    count(*) FILTER (WHERE i.local_hour IS DISTINCT FROM o.local_hour) AS hour,
    count(*) FILTER (WHERE i.reported_on IS DISTINCT FROM o.reported_on) AS reported,
    count(*) FILTER (WHERE i.victims <> o.victims) AS victims,
    count(*) FILTER (WHERE i.address <> o.address) AS address,
    count(*) FILTER (WHERE i.stated_area <> o.stated_area) AS area,
    count(*) FILTER (WHERE i.method <> o.method OR (i.x, i.y) IS DISTINCT FROM (o.x, o.y)) AS place,
    count(*) FILTER (WHERE i.tags <> o.tags) AS tags,
    count(*) FILTER (WHERE (i.category, i.local_day, i.local_hour, i.reported_on, i.victims, i.address, i.stated_area,
        i.method, i.x, i.y, i.tags) IS NOT DISTINCT FROM (o.category, o.local_day, o.local_hour, o.reported_on,
        o.victims, o.address, o.stated_area, o.method, o.x, o.y, o.tags)) AS spelling
FROM incident AS o
JOIN incident AS i ON i.id = o.id AND i.known_from = o.known_to AND i.delivery <> o.delivery
JOIN delivery AS d ON d.id = i.delivery
JOIN source AS s ON s.code = d.source
WHERE o.municipality = :municipality AND o.known_to < 'infinity'
GROUP BY d.id, s.name, d.file_name, d.received_at
ORDER BY d.received_at DESC, d.id
