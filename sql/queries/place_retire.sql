-- End the validity of the places of one kind and source; their history stays.
-- params: municipality, kind, source
UPDATE place SET valid_to = now()
WHERE municipality = :municipality AND kind = :kind AND source = :source AND valid_to = 'infinity' AND review IS NULL
