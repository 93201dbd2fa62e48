-- The role may serve other databases and stays.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM observatorio_ingest;
REVOKE USAGE ON SCHEMA public FROM observatorio_ingest;
