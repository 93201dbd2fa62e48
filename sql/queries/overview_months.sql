-- Incidents of each month, line and group that are known now; reserved categories are left out, repeats too.
-- params: municipality, since, until, left_out
SELECT counted.month, c.line, c.group_name, sum(counted.n)::bigint AS n
FROM (
    SELECT date_trunc('month', local_day)::date AS month, category, count(*) AS n
    FROM incident
    WHERE municipality = :municipality AND known_to = 'infinity' AND local_day BETWEEN :since AND :until
        AND (cardinality(CAST(:left_out AS uuid[])) = 0 OR id <> ALL(CAST(:left_out AS uuid[])))
    GROUP BY 1, 2
) AS counted
JOIN category AS c ON c.code = counted.category
WHERE NOT c.sensitive
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
