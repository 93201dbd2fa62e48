-- Whether a municipality holds deliveries of a synthetic source.
-- params: code
SELECT EXISTS (
    SELECT FROM delivery AS d JOIN source AS s ON s.code = d.source
    WHERE d.municipality = :code AND s.synthetic
)
