-- Incidents known now by the way they were placed, reserved categories left out; the radius is the median in metres, null
-- without a point.
-- params: municipality
SELECT
    i.method, count(*) AS n,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY i.radius) FILTER (WHERE i.x IS NOT NULL) AS radius
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND NOT c.sensitive
GROUP BY i.method
ORDER BY n DESC, i.method
