-- Incidents with a credible place that are known now and may be shown on a map, in metres.
-- params: municipality
SELECT i.x, i.y
FROM incident AS i JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND i.x IS NOT NULL AND NOT c.sensitive
