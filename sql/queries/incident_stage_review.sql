-- Put rows of the file where a person decided that their address is; a decision for their stated area goes first. What
-- their words alone say is taken from rows of the same text that came before the gazetteer learnt from the decision.
-- params: municipality
UPDATE incident_stage AS s SET
    review = d.review, before_review = d.before,
    stated_area = d.after ->> 'stated_area',
    longitude = (d.after ->> 'longitude')::double precision, latitude = (d.after ->> 'latitude')::double precision,
    x = (d.after ->> 'x')::double precision, y = (d.after ->> 'y')::double precision,
    method = d.after ->> 'method', score = (d.after ->> 'score')::real, radius = (d.after ->> 'radius')::real
FROM (
    SELECT DISTINCT ON (w.row_number) w.row_number, r.id AS review, b.before, reviewed(r, b.before) AS after
    FROM incident_stage AS w
    JOIN review AS r ON r.address_key = md5(plain_text(w.address)) AND coalesce(r.stated_area, w.stated_area) = w.stated_area
    CROSS JOIN LATERAL (
        SELECT coalesce(
            (
                SELECT i.before_review FROM incident AS i
                WHERE i.review = r.id AND i.known_to = 'infinity' AND i.before_review ->> 'stated_area' = w.stated_area
                LIMIT 1
            ),
            jsonb_build_object(
                'method', w.method, 'stated_area', w.stated_area, 'score', w.score, 'radius', w.radius,
                'longitude', w.longitude, 'latitude', w.latitude, 'x', w.x, 'y', w.y
            )
        )
    ) AS b (before)
    WHERE r.municipality = :municipality AND r.undone_at IS NULL AND w.method <> 'coordinate' AND w.address <> ''
    ORDER BY w.row_number, r.stated_area NULLS LAST
) AS d
WHERE d.row_number = s.row_number
