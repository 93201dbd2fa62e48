-- The categories of some schemes with the laws on which they stood and what sources call them.
-- params: schemes
SELECT
    c.code, c.scheme, c.edition, c.name_es, c.name_en, c.line, c.group_name, c.iccs_code, c.tags, c.count_unit, c.law,
    c.title, c.chapter, c.article, c.law_status, c.sensitive, c.publication,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'valid_from', CASE WHEN isfinite(v.valid_from) THEN v.valid_from END,
        'valid_to', CASE WHEN isfinite(v.valid_to) THEN v.valid_to END,
        'edition', v.edition, 'law', v.law, 'law_status', v.law_status) ORDER BY v.valid_from), '[]')
     FROM category_version AS v WHERE v.category = c.code) AS versions,
    (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object(
        'source', a.source, 'alias', a.alias, 'by', a.assigned_by)), '[]')
     FROM category_alias AS a
     WHERE a.category = c.code AND a.known_to = 'infinity'
        AND a.alias NOT IN (plain_text(c.code), plain_text(c.name_es))) AS aliases
FROM category AS c
WHERE c.scheme = ANY(CAST(:schemes AS text[]))
ORDER BY c.line DESC, c.code
