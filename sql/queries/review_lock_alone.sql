-- Be the only one who decides about addresses, while no file comes in.
-- params: municipality
SELECT pg_advisory_xact_lock(hashtextextended('review ' || :municipality, 0))
