-- The editions that snapshots stand on are forgotten; the snapshots and their masks stay.
REVOKE UPDATE (language) ON municipality FROM observatorio_ingest;
REVOKE INSERT, UPDATE ON boundary_set FROM observatorio_ingest;
REVOKE INSERT ON snapshot, area FROM observatorio_ingest;
ALTER TABLE snapshot DROP COLUMN made_by, DROP COLUMN stands_on;
