-- Sources of counts of a municipality: what they count, the years they are about, when they last sent.
-- params: municipality
SELECT
    s.code, s.name, n.name AS institution, s.synthetic, a.measure, a.unit,
    min(extract(year FROM a.period_from))::integer AS first_year,
    max(extract(year FROM a.period_from))::integer AS last_year,
    (SELECT max(received_at) FROM delivery AS d WHERE d.source = s.code AND d.municipality = :municipality) AS received_at
FROM aggregate AS a
JOIN source AS s ON s.code = a.source
JOIN institution AS n ON n.code = s.institution
WHERE a.municipality = :municipality AND a.known_to = 'infinity'
GROUP BY s.code, s.name, n.name, s.synthetic, a.measure, a.unit
ORDER BY s.name, s.code, min(a.line), a.measure
