-- When what is known of the incidents of a municipality last changed: by a delivery, or by a decision.
-- params: municipality
SELECT greatest(
    (
        SELECT max(d.received_at) FROM delivery AS d JOIN source AS s ON s.code = d.source
        WHERE d.municipality = :municipality AND s.kind = 'incidents'
    ),
    (SELECT max(moment) FROM knowledge WHERE municipality = :municipality)
)
