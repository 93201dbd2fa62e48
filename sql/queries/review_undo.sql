-- End a decision that is in force; tells its id, nothing where it is not.
-- params: municipality, review, who, moment
UPDATE review SET undone_by = :who, undone_at = :moment
WHERE id = :review AND municipality = :municipality AND undone_at IS NULL
RETURNING id
