-- End an assignment; tells whether there was one.
-- params: assignment, municipality, actor, moment
UPDATE category_assignment SET known_to = :moment, undone_by = :actor
WHERE id = :assignment AND municipality = :municipality AND known_to = 'infinity'
RETURNING id
