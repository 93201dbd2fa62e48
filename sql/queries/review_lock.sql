-- Keep decisions about addresses out until this transaction ends; files of several sources may come in meanwhile.
-- params: municipality
SELECT pg_advisory_xact_lock_shared(hashtextextended('review ' || :municipality, 0))
