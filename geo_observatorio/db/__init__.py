"""The database: the private cluster, connections, migrations, named queries, one module a noun."""
