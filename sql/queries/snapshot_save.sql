-- Keep a snapshot of what is known at this moment, the deliveries of this very transaction included.
-- params: municipality, name, mask, note
INSERT INTO snapshot (municipality, name, known_at, mask, note)
SELECT :municipality, :name, greatest(clock_timestamp(), max(received_at)), :mask, :note
FROM delivery WHERE municipality = :municipality
