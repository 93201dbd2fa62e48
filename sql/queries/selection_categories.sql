-- Categories that a selection means, by code, by group or by line, and whether each is reserved.
-- params: line, categories
SELECT code, sensitive, group_name
FROM category
WHERE (:line = '' OR line = :line)
    AND (cardinality(CAST(:categories AS text[])) = 0
         OR code = ANY(CAST(:categories AS text[])) OR group_name = ANY(CAST(:categories AS text[])))
ORDER BY code
