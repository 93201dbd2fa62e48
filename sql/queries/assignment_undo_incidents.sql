-- End what is known of the incidents that an assignment brought in, unless another delivery has amended them since.
-- params: assignment, moment
UPDATE incident AS i SET known_to = :moment
FROM quarantine AS q
WHERE q.assignment = :assignment AND i.id = q.incident AND i.delivery = q.delivery AND i.known_to = 'infinity'
RETURNING 1
