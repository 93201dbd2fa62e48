-- Let the days of a delivery be those of its incidents, the later ones included.
-- params: delivery
UPDATE delivery AS d SET first_day = least(d.first_day, i.first_day), last_day = greatest(d.last_day, i.last_day)
FROM (
    SELECT min(local_day) AS first_day, max(local_day) AS last_day FROM incident
    WHERE delivery = CAST(:delivery AS uuid)
) AS i
WHERE d.id = CAST(:delivery AS uuid)
