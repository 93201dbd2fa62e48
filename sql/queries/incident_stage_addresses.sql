-- Some of the addresses that rows on one exact point give.
-- params: longitude, latitude, limit
SELECT address FROM incident_stage
WHERE method = 'coordinate' AND longitude = :longitude AND latitude = :latitude AND address <> ''
ORDER BY row_number LIMIT :limit
