-- End what a source called by a text until now.
-- params: source, alias, moment
UPDATE category_alias SET known_to = :moment WHERE source = :source AND alias = :alias AND known_to = 'infinity'
