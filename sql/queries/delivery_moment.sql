-- The moment from which something new is known: now, and after everything else, whatever the clock says.
-- params: none
SELECT greatest(
    clock_timestamp(),
    (SELECT max(received_at) + interval '1 microsecond' FROM delivery),
    (SELECT max(moment) + interval '1 microsecond' FROM knowledge)
)
