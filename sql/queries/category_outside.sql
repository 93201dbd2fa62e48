-- How many incidents known now fall on a day on which their category was not in force.
-- params: scheme
SELECT count(*)
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE c.scheme = :scheme AND i.known_to = 'infinity'
    AND EXISTS (SELECT FROM category_version AS v WHERE v.category = i.category)
    AND NOT EXISTS (
        SELECT FROM category_version AS v
        WHERE v.category = i.category AND i.local_day BETWEEN v.valid_from AND v.valid_to
    )
