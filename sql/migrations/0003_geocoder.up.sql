-- Streets, crossings and reviews of addresses.

-- What a person decided about an address: the same text, in rows that state the same area (or any, where it is null),
-- is where she said, until somebody takes the decision back. The address itself is kept without personal numbers.
CREATE TABLE review (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality,
    address_key text NOT NULL,
    stated_area text,
    address text NOT NULL,
    decision text NOT NULL CHECK (decision IN ('place', 'point', 'area', 'nowhere')),
    place integer REFERENCES place,
    area text NOT NULL DEFAULT '',
    method text NOT NULL
        CHECK (method IN ('crossing', 'landmark', 'street', 'barrio', 'corregimiento', 'none')),
    score real NOT NULL CHECK (score BETWEEN 0 AND 1),
    radius real NOT NULL CHECK (radius >= 0),
    location geometry(Point, 4326),
    x double precision,
    y double precision,
    note text NOT NULL DEFAULT '',
    decided_by text NOT NULL CHECK (decided_by <> ''),
    decided_at timestamptz NOT NULL,
    replaced integer NOT NULL DEFAULT 0,
    undone_by text CHECK (undone_by <> ''),
    undone_at timestamptz,
    CHECK (decision <> 'area' OR area <> ''),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
    CHECK ((location IS NOT NULL) = (method IN ('crossing', 'landmark', 'street'))),
    CHECK ((location IS NULL) = (x IS NULL) AND (location IS NULL) = (y IS NULL))
);
CREATE UNIQUE INDEX review_in_force ON review (municipality, address_key, (coalesce(stated_area, '*')))
    WHERE undone_at IS NULL;
CREATE INDEX review_decided ON review (municipality, decided_at);
CREATE INDEX review_undone ON review (municipality, undone_at) WHERE undone_at IS NOT NULL;

COMMENT ON COLUMN review.stated_area IS 'code of the area that the rows state, empty where none; null: whatever they state';
COMMENT ON COLUMN review.area IS 'where the rows belong: always where an area was decided, else where they state none';
COMMENT ON COLUMN review.replaced IS 'incidents that may be shown and were placed anew when it was decided';

-- An incident whose address a person placed keeps what the words alone said, so that the decision can be taken back.
ALTER TABLE incident
    ADD COLUMN address_key text GENERATED ALWAYS AS (
        CASE WHEN method <> 'coordinate' AND address <> '' THEN md5(plain_text(address)) END
    ) STORED,
    ADD COLUMN review integer REFERENCES review,
    ADD COLUMN before_review jsonb,
    ADD CONSTRAINT a_review_can_be_taken_back CHECK ((review IS NULL) = (before_review IS NULL));
CREATE INDEX incident_address ON incident (municipality, address_key, stated_area)
    WHERE known_to = 'infinity' AND address_key IS NOT NULL;
CREATE INDEX incident_review ON incident (review) WHERE known_to = 'infinity' AND review IS NOT NULL;

COMMENT ON COLUMN incident.address_key IS 'the plain address, hashed; null where a coordinate makes it idle';

-- Where a decision puts a row that its words alone had put elsewhere; both as JSON, as `incident.before_review` is.
-- What cannot be located stays in the area that the row states, and is no point.
CREATE FUNCTION reviewed(decided review, before jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN decided.decision = 'nowhere' AND before ->> 'x' IS NULL THEN before
        WHEN decided.decision = 'nowhere' AND before ->> 'stated_area' = '' THEN
            '{"method": "none", "stated_area": "", "score": 0, "radius": 0}'::jsonb
        WHEN decided.decision = 'nowhere' THEN jsonb_build_object(
            'method', 'corregimiento', 'stated_area', before -> 'stated_area', 'score', 0.3,
            'radius', coalesce((
                SELECT sqrt(a.area_km2 * 1e6 / pi())
                FROM area AS a JOIN boundary_set AS b ON b.id = a.boundary_set
                WHERE b.municipality = decided.municipality AND b.in_force AND a.code = before ->> 'stated_area'
                ORDER BY b.id LIMIT 1
            ), 0)
        )
        ELSE jsonb_build_object(
            'method', decided.method, 'score', decided.score, 'radius', decided.radius,
            'stated_area', CASE
                WHEN decided.decision = 'area' OR before ->> 'stated_area' = '' THEN decided.area
                ELSE before ->> 'stated_area'
            END,
            'longitude', ST_X(decided.location), 'latitude', ST_Y(decided.location), 'x', decided.x, 'y', decided.y
        )
    END
$$;

-- Positions rounded to whole minutes tell which of two is meant, and place nothing.
ALTER TABLE place ADD COLUMN coarse boolean NOT NULL DEFAULT false, ADD COLUMN review integer REFERENCES review;
CREATE INDEX place_name_similar ON place USING gin (plain_text(name) gin_trgm_ops) WHERE valid_to = 'infinity';

-- Another name is valid for a time, and says who gave it, why, and in which review.
ALTER TABLE place_alias
    ADD COLUMN valid_to timestamptz NOT NULL DEFAULT 'infinity',
    ADD COLUMN who text NOT NULL DEFAULT '',
    ADD COLUMN why text NOT NULL DEFAULT '',
    ADD COLUMN review integer REFERENCES review,
    DROP CONSTRAINT place_alias_pkey,
    ADD PRIMARY KEY (place, alias, valid_from);
CREATE INDEX place_alias_review ON place_alias (review) WHERE review IS NOT NULL;

GRANT SELECT ON review TO observatorio_web, observatorio_ingest;
GRANT INSERT, UPDATE ON review TO observatorio_ingest;
