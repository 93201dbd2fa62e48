-- The report of a file that was received before.
-- params: source, municipality, sha256
SELECT report FROM delivery WHERE source = :source AND municipality = :municipality AND sha256 = :sha256
