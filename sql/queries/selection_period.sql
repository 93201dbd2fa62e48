-- First and last day of what is known of a municipality.
-- params: municipality
SELECT min(first_day) AS first_day, max(last_day) AS last_day FROM delivery WHERE municipality = :municipality
