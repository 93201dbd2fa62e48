-- Texts of addresses that wait for a person, the most frequent first: nothing finer than the area is known, or little
-- is sure. Reserved categories take no part. Nor do the silent texts,
-- which say nothing. With a key: that text alone, whether or not it waits.
-- params: municipality, key, weak, silent, limit, offset
WITH waiting AS (
    SELECT i.address_key, i.stated_area, count(*) AS n
    FROM incident AS i JOIN category AS c ON c.code = i.category
    WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND i.address_key IS NOT NULL
        AND i.review IS NULL AND NOT c.sensitive AND i.method <> 'coordinate'
        AND CASE WHEN :key <> '' THEN i.address_key = :key
            ELSE (i.method IN ('none', 'corregimiento') OR i.score < :weak) AND i.address_key <> ALL(:silent) END
    GROUP BY i.address_key, i.stated_area
),
page AS (
    SELECT *, count(*) OVER () AS texts, sum(n) OVER () AS incidents
    FROM waiting ORDER BY n DESC, address_key, stated_area LIMIT :limit OFFSET :offset
)
SELECT
    p.address_key AS key, p.stated_area, p.n, p.texts, p.incidents::bigint,
    d.address, d.sources, d.method, d.score, d.radius, d.first_day, d.last_day
FROM page AS p
CROSS JOIN LATERAL (
    SELECT
        mode() WITHIN GROUP (ORDER BY i.address) AS address, array_agg(DISTINCT i.source) AS sources,
        mode() WITHIN GROUP (ORDER BY i.method) AS method, min(i.score) AS score, max(i.radius) AS radius,
        min(i.local_day) AS first_day, max(i.local_day) AS last_day
    FROM incident AS i JOIN category AS c ON c.code = i.category
    WHERE i.municipality = :municipality AND i.address_key = p.address_key AND i.stated_area = p.stated_area
        AND i.known_to = 'infinity' AND i.address_key IS NOT NULL AND i.review IS NULL AND NOT c.sensitive
) AS d
ORDER BY p.n DESC, p.address_key, p.stated_area
