-- Decisions about addresses, the latest first; with an id: that one alone; with a key: those about that text.
-- params: municipality, review, key, limit, offset
SELECT
    r.id, r.address_key AS key, r.stated_area, r.address, r.decision, p.name AS place, r.area, r.method, r.score, r.radius,
    ST_X(r.location) AS longitude, ST_Y(r.location) AS latitude, r.note, r.decided_by, r.decided_at, r.replaced,
    r.undone_by, r.undone_at, count(*) OVER () AS total
FROM review AS r LEFT JOIN place AS p ON p.id = r.place
WHERE r.municipality = :municipality AND (CAST(:review AS integer) IS NULL OR r.id = :review)
    AND (:key = '' OR r.address_key = :key)
ORDER BY r.decided_at DESC, r.id DESC LIMIT :limit OFFSET :offset
