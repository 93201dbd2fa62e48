-- How many incidents of reserved categories wait for their address; nothing else of them is told.
-- params: municipality, weak
SELECT count(*)
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND i.address_key IS NOT NULL AND i.review IS NULL
    AND c.sensitive AND (i.method IN ('none', 'corregimiento') OR i.score < :weak)
