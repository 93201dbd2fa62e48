-- Let one decision about a municipality at a time change what is known; others wait for the end of the transaction.
-- params: municipality
SELECT pg_advisory_xact_lock(hashtextextended('knowledge ' || :municipality, 0))
