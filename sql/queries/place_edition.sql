-- A text that changes whenever the gazetteer of a municipality does, but for what reviews of addresses add to it.
-- params: municipality
SELECT count(*) || '-' || coalesce(max(id), 0)
FROM place WHERE municipality = :municipality AND valid_to = 'infinity' AND review IS NULL
