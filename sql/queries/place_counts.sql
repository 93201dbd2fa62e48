-- How many places are in force, by kind and source.
-- params: municipality
SELECT kind, source, count(*) AS places
FROM place
WHERE municipality = :municipality AND valid_to = 'infinity'
GROUP BY kind, source
ORDER BY kind COLLATE "C", source COLLATE "C"
