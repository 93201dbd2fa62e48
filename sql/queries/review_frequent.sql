-- The texts of addresses that wait most often, to see which of them say nothing.
-- params: municipality, weak, limit
SELECT i.address_key AS key, min(i.address) AS address
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND i.address_key IS NOT NULL
    AND i.review IS NULL AND NOT c.sensitive AND i.method <> 'coordinate'
    AND (i.method IN ('none', 'corregimiento') OR i.score < :weak)
GROUP BY i.address_key
ORDER BY count(*) DESC, i.address_key
LIMIT :limit
