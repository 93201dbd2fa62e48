-- A snapshot says who made it and on which editions the answers of its day stand, so that two can be told apart.
ALTER TABLE snapshot
    ADD COLUMN made_by text NOT NULL DEFAULT '',
    ADD COLUMN stands_on jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN snapshot.stands_on IS 'editions in force at its moment: limits by level, population, gazetteer, code';

-- The page of snapshots adds a mask and puts it in force; to lock a row of municipality, one column of it must be open.
GRANT INSERT ON snapshot, area TO observatorio_ingest;
GRANT INSERT, UPDATE ON boundary_set TO observatorio_ingest;
GRANT UPDATE (language) ON municipality TO observatorio_ingest;
