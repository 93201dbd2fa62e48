-- Kinds of the places in force of one source.
-- params: municipality, source
SELECT DISTINCT kind FROM place
WHERE municipality = :municipality AND source = :source AND valid_to = 'infinity' AND review IS NULL ORDER BY kind
