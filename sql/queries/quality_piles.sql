-- Points where many incidents of a source lie exactly together, and the place that stands there; no reserved category.
-- params: municipality, least, least_share, srid, within, most
WITH points AS (
    SELECT i.source, i.x, i.y, count(*) AS n
    FROM incident AS i JOIN category AS c ON c.code = i.category
    WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND i.x IS NOT NULL AND NOT c.sensitive
    GROUP BY 1, 2, 3
),
heavy AS (
    SELECT p.source, p.x, p.y, p.n, p.n / w.n::float8 AS share
    FROM points AS p JOIN (SELECT source, sum(n) AS n FROM points GROUP BY 1) AS w USING (source)
    WHERE p.n >= :least AND p.n >= :least_share * w.n
    ORDER BY p.n DESC, p.source, p.x, p.y
    LIMIT :most
),
described AS (
    SELECT h.source, h.x, h.y, h.n, h.share, count(DISTINCT i.local_day) AS days,
        count(DISTINCT i.category) AS categories, mode() WITHIN GROUP (ORDER BY i.method) AS method,
        mode() WITHIN GROUP (ORDER BY i.stated_area) AS stated_area
    FROM heavy AS h
    JOIN incident AS i ON i.municipality = :municipality AND i.source = h.source AND i.x = h.x AND i.y = h.y
    JOIN category AS c ON c.code = i.category
    WHERE i.known_to = 'infinity' AND NOT c.sensitive
    GROUP BY 1, 2, 3, 4, 5
)
SELECT
    p.source, p.n, p.share, p.days, p.categories, p.method,
    coalesce(a.name, '') AS area, coalesce(g.name, '') AS place, coalesce(g.kind, '') AS kind
FROM described AS p
LEFT JOIN LATERAL (
    SELECT o.name, o.kind
    FROM place AS o
    WHERE o.municipality = :municipality AND o.valid_to = 'infinity' AND NOT o.coarse
        AND ST_DWithin(
            o.geometry::geography, ST_Transform(ST_SetSRID(ST_MakePoint(p.x, p.y), :srid), 4326)::geography, :within
        )
    ORDER BY o.geometry <-> ST_Transform(ST_SetSRID(ST_MakePoint(p.x, p.y), :srid), 4326), o.id
    LIMIT 1
) AS g ON true
LEFT JOIN LATERAL (
    SELECT r.name
    FROM area AS r JOIN boundary_set AS b ON b.id = r.boundary_set
    WHERE b.municipality = :municipality AND b.in_force AND r.code = p.stated_area
    ORDER BY b.id LIMIT 1
) AS a ON true
ORDER BY p.n DESC, p.source, p.x, p.y
