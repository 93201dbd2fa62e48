-- Keep how many rows an assignment brought in, discarded and left.
-- params: assignment, inserted, discarded, remaining
UPDATE category_assignment SET inserted = :inserted, discarded = :discarded, remaining = :remaining
WHERE id = :assignment
