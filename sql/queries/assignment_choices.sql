-- Spellings by which some sources call categories now.
-- params: sources
SELECT DISTINCT alias, category FROM category_alias
WHERE source = ANY(CAST(:sources AS text[])) AND known_to = 'infinity' AND category IS NOT NULL
ORDER BY alias, category
