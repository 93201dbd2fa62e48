-- End what the template of a source called otherwise; what a person assigned stays.
-- params: source, aliases, categories
UPDATE category_alias AS a SET known_to = clock_timestamp()
FROM unnest(CAST(:aliases AS text[]), CAST(:categories AS text[])) AS n (alias, category)
WHERE a.source = :source AND a.alias = n.alias AND a.known_to = 'infinity' AND a.assigned_by = ''
    AND a.category IS DISTINCT FROM n.category
