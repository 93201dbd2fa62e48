-- Schemes of categories, with how many each has.
-- params: none
SELECT
    scheme, count(*) AS n, count(*) FILTER (WHERE sensitive) AS sensitive,
    string_agg(DISTINCT nullif(edition, ''), ' | ') AS editions
FROM category GROUP BY scheme ORDER BY scheme
