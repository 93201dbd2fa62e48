-- Versions of categories and of what sources call them, offences assigned by a person, matches between institutions, and
-- the moments at which something other than a delivery changed what is known.
ALTER TABLE category
    ADD COLUMN edition text NOT NULL DEFAULT '',
    ADD COLUMN title text NOT NULL DEFAULT '',
    ADD COLUMN chapter text NOT NULL DEFAULT '',
    ADD COLUMN article text NOT NULL DEFAULT '',
    ADD COLUMN law_status text NOT NULL DEFAULT '';

CREATE TABLE category_version (
    category text NOT NULL REFERENCES category ON DELETE CASCADE,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity',
    edition text NOT NULL,
    law text NOT NULL,
    article text NOT NULL DEFAULT '',
    law_status text NOT NULL DEFAULT '',
    PRIMARY KEY (category, valid_from),
    CHECK (valid_from <= valid_to)
);
COMMENT ON TABLE category_version IS 'the law on which a category stood from one day to another, both included';

CREATE TABLE knowledge (
    municipality text NOT NULL REFERENCES municipality ON DELETE CASCADE,
    moment timestamptz NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    PRIMARY KEY (municipality, moment)
);
COMMENT ON TABLE knowledge IS 'when a decision, not a delivery, changed what is known: questions are answered up to the last';

CREATE TABLE category_assignment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality ON DELETE CASCADE,
    alias text NOT NULL,
    written text NOT NULL,
    category text REFERENCES category,
    decided_by text NOT NULL,
    known_from timestamptz NOT NULL,
    known_to timestamptz NOT NULL DEFAULT 'infinity',
    undone_by text,
    inserted integer NOT NULL DEFAULT 0,
    discarded integer NOT NULL DEFAULT 0,
    remaining integer NOT NULL DEFAULT 0
);
CREATE INDEX category_assignment_current ON category_assignment (municipality, alias) WHERE known_to = 'infinity';
COMMENT ON COLUMN category_assignment.category IS 'null: the text names no incident';
COMMENT ON COLUMN category_assignment.remaining IS 'rows that could not be read again from what was kept of them';

ALTER TABLE quarantine
    ADD COLUMN assignment bigint REFERENCES category_assignment ON DELETE SET NULL,
    ADD COLUMN incident uuid;
CREATE INDEX quarantine_unknown ON quarantine (delivery) WHERE rule = 'unknown_category';
CREATE INDEX quarantine_assignment ON quarantine (assignment) WHERE assignment IS NOT NULL;

ALTER TABLE category_alias DROP CONSTRAINT category_alias_pkey;
ALTER TABLE category_alias
    ALTER COLUMN category DROP NOT NULL,
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN known_from timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN known_to timestamptz NOT NULL DEFAULT 'infinity',
    ADD COLUMN assigned_by text NOT NULL DEFAULT '',
    ADD COLUMN assignment bigint REFERENCES category_assignment ON DELETE CASCADE;
CREATE UNIQUE INDEX category_alias_current ON category_alias (source, alias) WHERE known_to = 'infinity';
COMMENT ON COLUMN category_alias.assigned_by IS 'a person; empty: the template of the source';

CREATE TABLE incident_match (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality ON DELETE CASCADE,
    earlier uuid NOT NULL,
    later uuid NOT NULL,
    probability real NOT NULL CHECK (probability BETWEEN 0 AND 1),
    weight real NOT NULL,
    parts jsonb NOT NULL,
    known_from timestamptz NOT NULL,
    known_to timestamptz NOT NULL DEFAULT 'infinity',
    CHECK (earlier <> later)
);
CREATE UNIQUE INDEX incident_match_current ON incident_match (earlier, later) WHERE known_to = 'infinity';
CREATE INDEX incident_match_order ON incident_match (municipality, probability DESC, id) WHERE known_to = 'infinity';
COMMENT ON TABLE incident_match IS 'two reports of two institutions that may tell one event; earlier: known first, it is kept';
COMMENT ON COLUMN incident_match.known_to IS 'when a later run no longer proposed it';

CREATE TABLE match_decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    match bigint NOT NULL REFERENCES incident_match ON DELETE CASCADE,
    verdict text NOT NULL CHECK (verdict IN ('accepted', 'refused')),
    decided_by text NOT NULL,
    known_from timestamptz NOT NULL,
    known_to timestamptz NOT NULL DEFAULT 'infinity',
    undone_by text
);
CREATE UNIQUE INDEX match_decision_current ON match_decision (match) WHERE known_to = 'infinity';

CREATE INDEX incident_amended ON incident (municipality, known_to) WHERE known_to < 'infinity';

GRANT SELECT ON category_version, knowledge, category_assignment, incident_match, match_decision
    TO observatorio_web, observatorio_ingest;
GRANT INSERT, UPDATE ON category_version, knowledge, category_assignment, incident_match, match_decision
    TO observatorio_ingest;
