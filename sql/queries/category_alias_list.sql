-- What a source calls each category.
-- params: source
SELECT alias, category FROM category_alias WHERE source = :source
