-- Let one version of a template at a time be saved; others wait for the end of the transaction.
-- params: name
SELECT pg_advisory_xact_lock(hashtextextended('source template ' || :name, 0))
