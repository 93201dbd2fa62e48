-- The days on which the categories of a scheme are in force; those that always are are left out.
-- params: scheme
SELECT
    v.category,
    CASE WHEN isfinite(v.valid_from) THEN v.valid_from END AS valid_from,
    CASE WHEN isfinite(v.valid_to) THEN v.valid_to END AS valid_to
FROM category_version AS v JOIN category AS c ON c.code = v.category
WHERE c.scheme = :scheme AND (isfinite(v.valid_from) OR isfinite(v.valid_to))
ORDER BY v.category, v.valid_from
