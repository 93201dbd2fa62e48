-- The nouns of the observatory. Everything is stored in EPSG:4326 and timestamptz; incidents are bitemporal.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- unaccent() is not immutable, because its dictionary could change; with the dictionary named it can be indexed.
CREATE FUNCTION plain_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT btrim(regexp_replace(lower(public.unaccent('public.unaccent', value)), '[^a-z0-9]+', ' ', 'g')) $$;

CREATE TABLE municipality (
    code text PRIMARY KEY,
    name text NOT NULL,
    metric_srid integer NOT NULL,
    time_zone text NOT NULL,
    language text NOT NULL DEFAULT 'es',
    synthetic boolean NOT NULL DEFAULT false
);

CREATE TABLE boundary_set (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality,
    level text NOT NULL,
    edition text NOT NULL,
    valid_from date,
    valid_to date,
    source text NOT NULL DEFAULT '',
    licence text NOT NULL DEFAULT '',
    sha256 text NOT NULL,
    schematic boolean NOT NULL DEFAULT false,
    in_force boolean NOT NULL DEFAULT true,
    found jsonb NOT NULL DEFAULT '{}',
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (municipality, level, edition)
);
CREATE UNIQUE INDEX boundary_set_in_force ON boundary_set (municipality, level) WHERE in_force;

CREATE TABLE area (
    boundary_set integer NOT NULL REFERENCES boundary_set ON DELETE CASCADE,
    code text NOT NULL,
    name text NOT NULL,
    observed boolean NOT NULL DEFAULT true,
    area_km2 double precision NOT NULL,
    label geometry(Point, 4326) NOT NULL,
    geometry geometry(MultiPolygon, 4326) NOT NULL,
    PRIMARY KEY (boundary_set, code)
);
CREATE INDEX area_geometry ON area USING gist (geometry);

CREATE TABLE population (
    boundary_set integer NOT NULL,
    area text NOT NULL,
    vintage text NOT NULL,
    kind text NOT NULL DEFAULT 'residential',
    persons integer NOT NULL CHECK (persons >= 0),
    source text NOT NULL DEFAULT '',
    PRIMARY KEY (boundary_set, area, vintage, kind),
    FOREIGN KEY (boundary_set, area) REFERENCES area ON DELETE CASCADE
);

CREATE TABLE category (
    code text PRIMARY KEY,
    scheme text NOT NULL,
    name_es text NOT NULL,
    name_en text NOT NULL,
    line text NOT NULL,
    group_name text NOT NULL,
    iccs_code text NOT NULL DEFAULT '',
    tags jsonb NOT NULL DEFAULT '{}',
    count_unit text NOT NULL,
    law text NOT NULL DEFAULT '',
    sensitive boolean NOT NULL,
    publication text NOT NULL,
    valid_from date,
    valid_to date
);

CREATE TABLE institution (
    code text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE source (
    code text PRIMARY KEY,
    institution text NOT NULL REFERENCES institution,
    name text NOT NULL,
    licence text NOT NULL DEFAULT '',
    synthetic boolean NOT NULL DEFAULT false
);

CREATE TABLE category_alias (
    source text NOT NULL REFERENCES source,
    alias text NOT NULL,
    category text NOT NULL REFERENCES category,
    PRIMARY KEY (source, alias)
);

CREATE TABLE delivery (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source text NOT NULL REFERENCES source,
    municipality text NOT NULL REFERENCES municipality,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    rows_read integer NOT NULL,
    inserted integer NOT NULL,
    updated integer NOT NULL,
    duplicate integer NOT NULL,
    quarantined integer NOT NULL,
    blank integer NOT NULL DEFAULT 0,
    placed integer NOT NULL DEFAULT 0,
    first_day date,
    last_day date,
    report jsonb NOT NULL DEFAULT '{}',
    UNIQUE (source, municipality, sha256),
    CONSTRAINT every_row_is_accounted_for CHECK (rows_read = inserted + updated + duplicate + quarantined),
    CHECK (least(rows_read, inserted, updated, duplicate, quarantined, blank) >= 0)
);
CREATE INDEX delivery_received ON delivery (municipality, received_at);

CREATE TABLE incident (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    known_from timestamptz NOT NULL,
    known_to timestamptz NOT NULL DEFAULT 'infinity',
    municipality text NOT NULL REFERENCES municipality,
    source text NOT NULL REFERENCES source,
    source_key text NOT NULL,
    content_hash text NOT NULL,
    delivery uuid NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    sheet text NOT NULL DEFAULT '',
    line integer NOT NULL,
    case_id text NOT NULL DEFAULT '',
    category text NOT NULL REFERENCES category,
    occurred_from timestamptz NOT NULL,
    occurred_to timestamptz NOT NULL,
    local_day date NOT NULL,
    local_hour smallint CHECK (local_hour BETWEEN 0 AND 23),
    time_precision text NOT NULL CHECK (time_precision IN ('minute', 'hour', 'day', 'range')),
    reported_on date,
    victims smallint NOT NULL DEFAULT 1 CHECK (victims >= 0),
    address text NOT NULL DEFAULT '',
    stated_area text NOT NULL DEFAULT '',
    location geometry(Point, 4326),
    x double precision,
    y double precision,
    method text NOT NULL
        CHECK (method IN ('coordinate', 'crossing', 'landmark', 'street', 'barrio', 'corregimiento', 'none')),
    score real NOT NULL CHECK (score BETWEEN 0 AND 1),
    radius real NOT NULL DEFAULT 0 CHECK (radius >= 0),
    tags jsonb NOT NULL DEFAULT '{}',
    repairs jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (id, known_from),
    CHECK (occurred_from <= occurred_to),
    CHECK (known_from < known_to),
    CONSTRAINT only_a_credible_place_is_a_point
        CHECK ((location IS NOT NULL) = (method IN ('coordinate', 'crossing', 'landmark', 'street'))),
    CHECK ((location IS NULL) = (x IS NULL) AND (location IS NULL) = (y IS NULL))
);
CREATE UNIQUE INDEX incident_current ON incident (source, municipality, source_key) WHERE known_to = 'infinity';
CREATE INDEX incident_day ON incident (municipality, local_day);
CREATE INDEX incident_delivery ON incident (delivery);

COMMENT ON COLUMN incident.x IS 'easting in the municipality''s metric projection, kept beside the location for speed';
COMMENT ON COLUMN incident.stated_area IS 'code of the area that the row names, of the level the source declares';

CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery uuid NOT NULL REFERENCES delivery DEFERRABLE INITIALLY DEFERRED,
    sheet text NOT NULL DEFAULT '',
    line integer NOT NULL,
    rule text NOT NULL,
    field text NOT NULL DEFAULT '',
    columns jsonb NOT NULL DEFAULT '{}',
    solved_at timestamptz,
    solved_by text,
    solution text
);
CREATE INDEX quarantine_delivery ON quarantine (delivery, rule);

CREATE TABLE place (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality,
    name text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    radius real NOT NULL DEFAULT 100,
    geometry geometry(Geometry, 4326) NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_to timestamptz NOT NULL DEFAULT 'infinity'
);
CREATE INDEX place_geometry ON place USING gist (geometry);
CREATE INDEX place_municipality ON place (municipality, kind);

CREATE TABLE place_alias (
    place integer NOT NULL REFERENCES place ON DELETE CASCADE,
    alias text NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (place, alias)
);
CREATE INDEX place_alias_similar ON place_alias USING gin (plain_text(alias) gin_trgm_ops);

CREATE TABLE snapshot (
    municipality text NOT NULL REFERENCES municipality,
    name text NOT NULL,
    known_at timestamptz NOT NULL,
    mask integer NOT NULL REFERENCES boundary_set,
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (municipality, name)
);

CREATE TABLE finding (
    key text PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality,
    statistic text NOT NULL,
    question jsonb NOT NULL,
    code_version text NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now(),
    payload bytea NOT NULL
);
-- The payload is compressed already: to try again costs more than to write it.
ALTER TABLE finding ALTER COLUMN payload SET STORAGE EXTERNAL;

-- The pages read, and keep findings; they own nothing and cannot change the schema.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'observatorio_web') THEN
        CREATE ROLE observatorio_web NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object THEN
    NULL;  -- another database of the same server made it in this moment
END $$;
GRANT USAGE ON SCHEMA public TO observatorio_web;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO observatorio_web;
GRANT INSERT ON finding TO observatorio_web;
