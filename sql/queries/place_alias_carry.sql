-- Give the names that persons gave to places which a new file replaced to the nearest new place of the same name.
-- params: municipality, kind, source
INSERT INTO place_alias (place, alias, who, why, review)
SELECT heir.id, a.alias, a.who, a.why, a.review
FROM place_alias AS a
JOIN place AS old ON old.id = a.place
CROSS JOIN LATERAL (
    SELECT p.id FROM place AS p
    WHERE p.municipality = old.municipality AND p.kind = old.kind AND p.source = old.source AND p.valid_to = 'infinity'
        AND plain_text(p.name) = plain_text(old.name)
    ORDER BY ST_Distance(p.geometry, old.geometry), p.id LIMIT 1
) AS heir
WHERE old.municipality = :municipality AND old.kind = :kind AND old.source = :source AND old.valid_to = now()
    AND a.review IS NOT NULL AND a.valid_to = 'infinity'
ON CONFLICT DO NOTHING
