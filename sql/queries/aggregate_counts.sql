-- Counts of a source as known now, of one measure, that begin in one year; what no category of the scheme covers is
-- reserved like what the scheme reserves.
-- params: municipality, source, measure, year
SELECT
    a.title, a.chapter, a.article, a.label, a.category, c.name_es, c.name_en, c.sensitive IS NOT FALSE AS reserved,
    a.level, a.area, a.period_from, a.period_to, a.n, a.status
FROM aggregate AS a
LEFT JOIN category AS c ON c.code = a.category
WHERE a.municipality = :municipality AND a.source = :source AND a.measure = :measure AND a.known_to = 'infinity'
    AND a.period_from >= make_date(:year, 1, 1) AND a.period_from < make_date(:year + 1, 1, 1)
ORDER BY a.sheet, a.line, a.period_from
