-- Keep how a source calls a category.
-- params: source, alias, category
INSERT INTO category_alias (source, alias, category) VALUES (:source, :alias, :category)
ON CONFLICT (source, alias) DO UPDATE SET category = excluded.category
WHERE category_alias.category <> excluded.category
