-- Institutions that have delivered incidents of a municipality.
-- params: municipality
SELECT DISTINCT s.institution
FROM delivery AS d JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND d.inserted > 0
ORDER BY s.institution
