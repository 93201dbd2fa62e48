-- The moment from which a delivery is known: now, and after every other delivery, whatever the clock says.
-- params: none
SELECT greatest(clock_timestamp(), max(received_at) + interval '1 microsecond') FROM delivery
