-- End proposals that are no longer made.
-- params: ids, moment
UPDATE incident_match SET known_to = :moment WHERE id = ANY(CAST(:ids AS bigint[])) AND known_to = 'infinity'
