-- The packed finding of one key.
-- params: key
SELECT payload FROM finding WHERE key = :key
