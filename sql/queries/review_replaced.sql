-- Note how many incidents a decision placed anew.
-- params: review, replaced
UPDATE review SET replaced = :replaced WHERE id = :review
