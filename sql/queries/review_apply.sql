-- Place the incidents of a reviewed text anew: their version ends, a new one begins; tells how many may be shown.
-- params: review, moment
WITH closed AS (
    UPDATE incident AS i SET known_to = :moment
    FROM review AS r
    WHERE r.id = :review AND i.municipality = r.municipality AND i.address_key = r.address_key
        AND coalesce(r.stated_area, i.stated_area) = i.stated_area
        AND i.known_to = 'infinity' AND i.review IS NULL AND i.method <> 'coordinate'
    RETURNING i.*
),
moved AS (
    SELECT c.*, b.before, reviewed(r, b.before) AS after
    FROM closed AS c
    JOIN review AS r ON r.id = :review
    CROSS JOIN LATERAL (
        SELECT jsonb_build_object(
            'method', c.method, 'stated_area', c.stated_area, 'score', c.score, 'radius', c.radius,
            'longitude', ST_X(c.location), 'latitude', ST_Y(c.location), 'x', c.x, 'y', c.y
        )
    ) AS b (before)
),
kept AS (
    INSERT INTO incident
        (id, known_from, municipality, source, source_key, content_hash, delivery, sheet, line, case_id, category,
         occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, victims, address, tags, repairs,
         stated_area, location, x, y, method, score, radius, review, before_review)
    SELECT
        id, :moment, municipality, source, source_key, content_hash, delivery, sheet, line, case_id, category,
        occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, victims, address, tags, repairs,
        after ->> 'stated_area',
        ST_SetSRID(ST_MakePoint(
            (after ->> 'longitude')::double precision, (after ->> 'latitude')::double precision
        ), 4326),
        (after ->> 'x')::double precision, (after ->> 'y')::double precision,
        after ->> 'method', (after ->> 'score')::real, (after ->> 'radius')::real, :review, before
    FROM moved
    RETURNING category
)
SELECT count(*) FROM kept JOIN category AS c ON c.code = kept.category WHERE NOT c.sensitive
