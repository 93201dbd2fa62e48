-- Keep what the template of a source calls its categories, where nothing else is said.
-- params: source, aliases, categories
INSERT INTO category_alias (source, alias, category)
SELECT :source, n.alias, n.category
FROM unnest(CAST(:aliases AS text[]), CAST(:categories AS text[])) AS n (alias, category)
ON CONFLICT (source, alias) WHERE known_to = 'infinity' DO NOTHING
