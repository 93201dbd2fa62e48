-- How many places are in force, by kind and source, and how many of them only with a coarse position.
-- params: municipality
SELECT kind, source, count(*) AS places, count(*) FILTER (WHERE coarse) AS coarse
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity'
GROUP BY kind, source
ORDER BY kind COLLATE "C", source COLLATE "C"
