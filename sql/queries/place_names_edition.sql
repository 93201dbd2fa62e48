-- A text that changes whenever a name or a place of a municipality's gazetteer begins or ends.
-- params: municipality
SELECT concat_ws(' ',
    (SELECT concat_ws('-', count(*), max(id)) FROM place WHERE municipality = :municipality AND valid_to = 'infinity'),
    (
        SELECT concat_ws('-', count(*), max(a.valid_from))
        FROM place_alias AS a JOIN place AS p ON p.id = a.place
        WHERE p.municipality = :municipality AND p.valid_to = 'infinity' AND a.valid_to = 'infinity'
    )
)
