-- Keep what a person said an unknown offence is; a null category names no incident.
-- params: municipality, alias, written, category, actor, moment
INSERT INTO category_assignment (municipality, alias, written, category, decided_by, known_from)
VALUES (:municipality, :alias, :written, :category, :actor, :moment)
RETURNING id
