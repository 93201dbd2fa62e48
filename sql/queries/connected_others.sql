-- Whether anybody but this connection uses a database of this server.
-- params: none
SELECT EXISTS (
    SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
)
