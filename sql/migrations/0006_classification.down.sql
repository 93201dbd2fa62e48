-- Aliases that were replaced or that name no incident have no place in the older table.
DROP INDEX incident_amended;
DROP TABLE match_decision, incident_match;
DELETE FROM category_alias WHERE known_to < 'infinity' OR category IS NULL;
DROP INDEX category_alias_current;
ALTER TABLE category_alias
    DROP COLUMN id, DROP COLUMN known_from, DROP COLUMN known_to, DROP COLUMN assigned_by, DROP COLUMN assignment,
    ALTER COLUMN category SET NOT NULL,
    ADD PRIMARY KEY (source, alias);
DROP INDEX quarantine_unknown;
ALTER TABLE quarantine DROP COLUMN assignment, DROP COLUMN incident;
DROP TABLE category_assignment, knowledge, category_version;
ALTER TABLE category
    DROP COLUMN edition, DROP COLUMN title, DROP COLUMN chapter, DROP COLUMN article, DROP COLUMN law_status;
