-- Let one file of a source at a time in; others wait for the end of the transaction.
-- params: source
SELECT pg_advisory_xact_lock(hashtextextended('delivery ' || :source, 0))
