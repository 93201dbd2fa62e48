-- A text that changes whenever the gazetteer of a municipality does.
-- params: municipality
SELECT count(*) || '-' || coalesce(max(id), 0) FROM place WHERE municipality = :municipality AND valid_to = 'infinity'
