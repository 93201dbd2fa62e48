-- Sources of a municipality that are not synthetic, with how many of their deliveries are kept.
-- params: municipality
SELECT d.source, count(*) AS deliveries
FROM delivery AS d JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND NOT s.synthetic
GROUP BY d.source ORDER BY d.source
