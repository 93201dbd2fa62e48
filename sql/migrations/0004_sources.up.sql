-- Templates described on a page, and aggregates: what arrives as counts is kept as counts, never turned into points.
ALTER TABLE source ADD COLUMN kind text NOT NULL DEFAULT 'incidents' CHECK (kind IN ('incidents', 'counts'));

-- A source described on a page; the latest version is in force, the others stay.
CREATE TABLE source_template (
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{1,39}$'),
    version integer NOT NULL CHECK (version > 0),
    "values" jsonb NOT NULL,
    headers jsonb NOT NULL DEFAULT '[]',
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    saved_by text NOT NULL,
    PRIMARY KEY (name, version)
);
COMMENT ON COLUMN source_template."values" IS 'what a file of layers/sources would say';
COMMENT ON COLUMN source_template.headers IS 'the header of the sample it was described on, to show it again';

CREATE TABLE aggregate (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    known_from timestamptz NOT NULL,
    known_to timestamptz NOT NULL DEFAULT 'infinity',
    municipality text NOT NULL REFERENCES municipality,
    source text NOT NULL REFERENCES source,
    source_key text NOT NULL,
    delivery uuid NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    sheet text NOT NULL DEFAULT '',
    line integer NOT NULL,
    title text NOT NULL DEFAULT '',
    chapter text NOT NULL DEFAULT '',
    article text NOT NULL DEFAULT '',
    label text NOT NULL,
    category text REFERENCES category,
    level text NOT NULL CHECK (level IN ('country', 'province', 'district', 'area')),
    area text NOT NULL,
    measure text NOT NULL,
    unit text NOT NULL,
    period_from date NOT NULL,
    period_to date NOT NULL,
    n integer NOT NULL CHECK (n >= 0),
    status text NOT NULL DEFAULT '' CHECK (status IN ('', 'P', 'R', 'E')),
    notes text NOT NULL DEFAULT '',
    PRIMARY KEY (id, known_from),
    CHECK (period_from <= period_to),
    CHECK (known_from < known_to)
);
CREATE UNIQUE INDEX aggregate_current ON aggregate (source, municipality, source_key) WHERE known_to = 'infinity';
CREATE INDEX aggregate_shown ON aggregate (municipality, source, period_from);
CREATE INDEX aggregate_delivery ON aggregate (delivery);
COMMENT ON COLUMN aggregate.area IS 'code of the area where the level is area, else the name of the unit';
COMMENT ON COLUMN aggregate.category IS 'NULL where the scheme has none for what the source counts';
COMMENT ON COLUMN aggregate.period_to IS 'last day, included';
COMMENT ON COLUMN aggregate.status IS 'P preliminary, R revised, E estimated, as the source marks it';

GRANT SELECT ON source_template, aggregate TO observatorio_web, observatorio_ingest;
GRANT INSERT ON source_template TO observatorio_ingest;
GRANT INSERT, UPDATE ON aggregate TO observatorio_ingest;
