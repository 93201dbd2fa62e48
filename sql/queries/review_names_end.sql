-- End the names that a decision gave to places, and the place that it made.
-- params: review, moment
WITH names AS (
    UPDATE place_alias SET valid_to = :moment WHERE review = :review AND valid_to = 'infinity'
)
UPDATE place SET valid_to = :moment WHERE review = :review AND valid_to = 'infinity'
