-- The delivery of these bytes, where there was one.
-- params: source, municipality, sha256
SELECT id, received_at FROM delivery WHERE source = :source AND municipality = :municipality AND sha256 = :sha256
