-- When what is known of a municipality last changed: by a delivery, or by a decision.
-- params: municipality
SELECT greatest(
    (SELECT max(received_at) FROM delivery WHERE municipality = :municipality),
    (SELECT max(moment) FROM knowledge WHERE municipality = :municipality)
)
