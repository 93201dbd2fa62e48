-- Persons in the areas of one edition, newest vintage first.
-- params: boundary_set, vintage (null: all), kind
SELECT area, vintage, kind, persons, source
FROM population
WHERE boundary_set = :boundary_set
    AND kind = :kind
    AND (CAST(:vintage AS text) IS NULL OR vintage = :vintage)
ORDER BY vintage COLLATE "C" DESC, area COLLATE "C"
