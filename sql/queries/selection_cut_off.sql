-- When the last delivery of a municipality came in.
-- params: municipality
SELECT max(received_at) FROM delivery WHERE municipality = :municipality
