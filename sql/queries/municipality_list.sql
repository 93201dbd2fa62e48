-- All municipalities, by code.
-- params: none
SELECT code, name, metric_srid, time_zone, language, synthetic
FROM municipality
ORDER BY code COLLATE "C"
