-- How many incidents each source told of each month, as known at a moment; reserved categories are left out.
-- params: municipality, as_of
SELECT counted.source, counted.month, sum(counted.n)::bigint AS n
FROM (
    SELECT source, category, date_trunc('month', local_day)::date AS month, count(*) AS n
    FROM incident
    WHERE municipality = :municipality AND known_from <= :as_of AND known_to > :as_of
    GROUP BY 1, 2, 3
) AS counted
JOIN category AS c ON c.code = counted.category
WHERE NOT c.sensitive
GROUP BY 1, 2
ORDER BY 1, 2
