-- The last file that each source sent to a municipality.
-- params: municipality
SELECT DISTINCT ON (source) source, received_at, file_name, rows_read, first_day, last_day
FROM delivery WHERE municipality = :municipality
ORDER BY source, received_at DESC
