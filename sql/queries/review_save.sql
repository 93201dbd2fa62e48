-- Keep a decision about an address; nothing where one about the same text and stated area is in force.
-- params: municipality, key, stated_area, address, decision, place, area, method, score, radius, longitude, latitude,
-- note, who, moment
INSERT INTO review
    (municipality, address_key, stated_area, address, decision, place, area, method, score, radius, location, x, y,
     note, decided_by, decided_at)
SELECT
    m.code, :key, :stated_area, :address, :decision, :place, :area, :method, :score, :radius, at.point,
    ST_X(ST_Transform(at.point, m.metric_srid)), ST_Y(ST_Transform(at.point, m.metric_srid)), :note, :who, :moment
FROM municipality AS m
CROSS JOIN LATERAL (
    SELECT ST_SetSRID(ST_MakePoint(CAST(:longitude AS double precision), CAST(:latitude AS double precision)), 4326)
) AS at (point)
WHERE m.code = :municipality
ON CONFLICT DO NOTHING
RETURNING id
