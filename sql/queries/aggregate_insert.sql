-- Keep the counts of the file that are new or amended.
-- params: moment, source, municipality, delivery
INSERT INTO aggregate
    (id, known_from, municipality, source, source_key, delivery, sheet, line, title, chapter, article, label, category,
     level, area, measure, unit, period_from, period_to, n, status, notes)
SELECT
    coalesce(d.aggregate, gen_random_uuid()), :moment, :municipality, :source, s.source_key, CAST(:delivery AS uuid),
    s.sheet, s.line, s.title, s.chapter, s.article, s.label, nullif(s.category, ''), s.level, s.area, s.measure,
    s.unit, s.period_from, s.period_to, s.n, s.status, s.notes
FROM aggregate_decided AS d JOIN aggregate_stage AS s USING (row_number, source_key)
WHERE d.outcome IN ('inserted', 'updated') AND d.row_outcome <> 'quarantined'
ORDER BY s.row_number, s.period_from, s.measure
