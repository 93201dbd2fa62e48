-- Schemes by which the sources of a municipality are read.
-- params: municipality
SELECT DISTINCT c.scheme
FROM delivery AS d JOIN category_alias AS a ON a.source = d.source AND a.known_to = 'infinity'
JOIN category AS c ON c.code = a.category
WHERE d.municipality = :municipality
ORDER BY 1
