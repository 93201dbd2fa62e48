-- Pages that change something do it in a transaction lowered to this role: it may add and amend, never delete.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'observatorio_ingest') THEN
        CREATE ROLE observatorio_ingest NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object THEN
    NULL;  -- another database of the same server made it in this moment
END $$;
GRANT USAGE ON SCHEMA public TO observatorio_ingest;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO observatorio_ingest;
GRANT INSERT, UPDATE ON category, category_alias, institution, source, delivery, incident, quarantine, place, place_alias
    TO observatorio_ingest;
