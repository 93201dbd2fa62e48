-- First and last day of what is known of a municipality, by its deliveries of incidents.
-- params: municipality
SELECT min(d.first_day) AS first_day, max(d.last_day) AS last_day
FROM delivery AS d
JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND s.kind = 'incidents'
