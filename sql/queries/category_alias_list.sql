-- What a source calls each category now; a null category names no incident.
-- params: source
SELECT alias, category FROM category_alias WHERE source = :source AND known_to = 'infinity'
