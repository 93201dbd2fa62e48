-- The rows that lie on one exact point, with the words that may place them otherwise.
-- params: longitude, latitude, after, limit
SELECT row_number, address, district, area, barrio, repairs
FROM incident_stage
WHERE method = 'coordinate' AND longitude = :longitude AND latitude = :latitude AND row_number > :after
ORDER BY row_number LIMIT :limit
