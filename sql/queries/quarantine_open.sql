-- Rows of a delivery still in quarantine, as in the file; ``shown`` where the category is known and not reserved.
-- params: delivery
SELECT
    q.id, q.sheet, q.line, q.rule, q.field, q.columns,
    EXISTS (
        SELECT FROM category_alias AS a JOIN category AS c ON c.code = a.category
        WHERE a.source = d.source AND a.known_to = 'infinity' AND NOT c.sensitive
            AND a.alias = plain_text(q.columns ->> 'category')
    ) AS shown
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery
WHERE q.delivery = CAST(:delivery AS uuid) AND q.solved_at IS NULL
ORDER BY q.sheet, q.line, q.id
