-- Incidents known now by the way they were placed; the radius is the median in metres, null without a point.
-- params: municipality
SELECT
    method, count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY radius) FILTER (WHERE x IS NOT NULL) AS radius
FROM incident
WHERE municipality = :municipality AND known_to = 'infinity'
GROUP BY method
ORDER BY n DESC, method
