-- Whether any decision about an address is in force.
-- params: municipality
SELECT EXISTS (SELECT FROM review WHERE municipality = :municipality AND undone_at IS NULL)
