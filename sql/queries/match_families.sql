-- The family and the section of each category: by its ICCS code where it has one, else its group.
-- params: none
SELECT
    code, coalesce(nullif(left(iccs_code, 4), ''), scheme || ' ' || group_name) AS family,
    nullif(left(iccs_code, 2), '') AS section
FROM category
