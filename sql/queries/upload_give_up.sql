-- Give up the files upon which nobody decided for a day.
-- params: none
UPDATE upload SET state = 'discarded', ended_at = clock_timestamp()
WHERE state = 'received' AND received_at < clock_timestamp() - interval '1 day'
