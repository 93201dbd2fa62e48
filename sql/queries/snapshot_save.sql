-- Keep a snapshot of what is known at this moment, the deliveries of this very transaction included.
-- params: municipality, name, mask, note, made_by, stands_on
INSERT INTO snapshot (municipality, name, known_at, mask, note, made_by, stands_on)
SELECT :municipality, :name, greatest(clock_timestamp(), max(received_at)), :mask, :note, :made_by, CAST(:stands_on AS jsonb)
FROM delivery WHERE municipality = :municipality
