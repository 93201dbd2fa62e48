-- What persons assigned, the latest first.
-- params: municipality, limit
SELECT
    a.id, a.written, a.category, c.name_es, c.name_en, a.decided_by, a.known_from, a.inserted, a.discarded, a.remaining,
    a.known_to < 'infinity' AS undone, a.undone_by
FROM category_assignment AS a LEFT JOIN category AS c ON c.code = a.category
WHERE a.municipality = :municipality
ORDER BY a.known_from DESC, a.id DESC LIMIT :limit
