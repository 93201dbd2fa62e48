-- Keep what a source means by a text from now on, and who said so.
-- params: source, alias, category, moment, actor, assignment
INSERT INTO category_alias (source, alias, category, known_from, assigned_by, assignment)
VALUES (:source, :alias, :category, :moment, :actor, :assignment)
