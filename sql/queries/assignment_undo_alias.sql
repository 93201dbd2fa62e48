-- End the aliases of an assignment.
-- params: assignment, moment
UPDATE category_alias SET known_to = :moment WHERE assignment = :assignment AND known_to = 'infinity'
