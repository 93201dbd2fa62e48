-- Rows in quarantine, by delivery and line; ``shown`` where the category is a known one that is not reserved.
-- params: municipality, rule, delivery, state, limit, offset
SELECT
    q.id, q.delivery::text AS delivery, d.file_name, d.source, d.received_at, q.sheet, q.line, q.rule, q.field,
    q.columns, q.solved_at, q.solved_by, q.solution,
    EXISTS (
        SELECT FROM category_alias AS a JOIN category AS c ON c.code = a.category
        WHERE a.source = d.source AND a.known_to = 'infinity' AND NOT c.sensitive
            AND a.alias = plain_text(q.columns ->> 'category')
    ) AS shown
FROM quarantine AS q JOIN delivery AS d ON d.id = q.delivery
WHERE d.municipality = :municipality
    AND (:rule = '' OR q.rule = :rule)
    AND (:delivery = '' OR q.delivery::text = :delivery)
    AND CASE :state WHEN 'open' THEN q.solved_at IS NULL WHEN 'solved' THEN q.solved_at IS NOT NULL ELSE true END
ORDER BY d.received_at DESC, q.delivery, q.sheet, q.line, q.id
LIMIT :limit OFFSET :offset
