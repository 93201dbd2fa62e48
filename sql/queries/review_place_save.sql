-- Make a place of a point that a person set on the map for an address.
-- params: review, name, kind, source
INSERT INTO place (municipality, name, kind, source, radius, geometry, valid_from, review)
SELECT r.municipality, :name, :kind, :source, r.radius, r.location, r.decided_at, r.id FROM review AS r WHERE r.id = :review
