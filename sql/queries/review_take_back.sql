-- Give the incidents that a decision placed what their words alone say, as new versions; tells how many may be shown.
-- params: review, moment
WITH closed AS (
    UPDATE incident SET known_to = :moment WHERE review = :review AND known_to = 'infinity' RETURNING *
),
kept AS (
    INSERT INTO incident
        (id, known_from, municipality, source, source_key, content_hash, delivery, sheet, line, case_id, category,
         occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, victims, address, tags, repairs,
         stated_area, location, x, y, method, score, radius)
    SELECT
        id, :moment, municipality, source, source_key, content_hash, delivery, sheet, line, case_id, category,
        occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, victims, address, tags, repairs,
        before_review ->> 'stated_area',
        ST_SetSRID(ST_MakePoint(
            (before_review ->> 'longitude')::double precision, (before_review ->> 'latitude')::double precision
        ), 4326),
        (before_review ->> 'x')::double precision, (before_review ->> 'y')::double precision,
        before_review ->> 'method', (before_review ->> 'score')::real, (before_review ->> 'radius')::real
    FROM closed
    RETURNING category
)
SELECT count(*) FROM kept JOIN category AS c ON c.code = kept.category WHERE NOT c.sensitive
