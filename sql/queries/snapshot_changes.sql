-- Incidents whose state differs between two moments: what became of them, which fields changed, and how they were placed.
-- Of reserved categories only what became of them is told. What changed and changed back did not change.
-- params: municipality, before, after
WITH old AS (
    SELECT i.* FROM incident AS i
    WHERE i.municipality = :municipality AND i.known_from <= :before AND i.known_to > :before AND i.known_to <= :after
),
new AS (
    SELECT i.* FROM incident AS i
    WHERE i.municipality = :municipality AND i.known_from > :before AND i.known_from <= :after AND i.known_to > :after
),
told AS (
    SELECT
        CASE
            WHEN old.id IS NULL AND d.received_at > :before THEN 'added'
            WHEN old.id IS NULL THEN 'added_later'
            WHEN new.id IS NULL THEN 'withdrawn'
            WHEN new.review IS DISTINCT FROM old.review THEN 'reviewed'
            WHEN new.content_hash = old.content_hash THEN 'placed_again'
            ELSE 'amended'
        END AS kind,
        coalesce(new.source, old.source) AS source,
        coalesce(new.category, old.category) AS category,
        date_trunc('month', coalesce(new.local_day, old.local_day))::date AS month,
        old.method AS old_method,
        new.method AS new_method,
        CASE WHEN old.id IS NOT NULL AND new.id IS NOT NULL THEN array_remove(ARRAY[
            CASE WHEN old.category <> new.category THEN 'category' END,
            CASE WHEN old.local_day <> new.local_day THEN 'day' END,
            CASE WHEN old.local_hour IS DISTINCT FROM new.local_hour OR old.time_precision <> new.time_precision
                OR (old.local_day = new.local_day AND old.occurred_from <> new.occurred_from) THEN 'hour' END,
            CASE WHEN old.reported_on IS DISTINCT FROM new.reported_on THEN 'reported' END,
            CASE WHEN old.victims <> new.victims THEN 'victims' END,
            CASE WHEN old.address <> new.address THEN 'address' END,
            CASE WHEN old.stated_area <> new.stated_area THEN 'area' END,
            CASE WHEN old.tags <> new.tags THEN 'tags' END,
            CASE WHEN old.case_id <> new.case_id THEN 'case_id' END,
            CASE WHEN old.x IS DISTINCT FROM new.x OR old.y IS DISTINCT FROM new.y OR old.method <> new.method
                OR old.radius <> new.radius THEN 'place' END
        ], NULL) ELSE '{}' END AS fields
    FROM old FULL JOIN new USING (id)
    LEFT JOIN delivery AS d ON d.id = new.delivery
)
SELECT
    t.kind,
    c.sensitive,
    CASE WHEN NOT c.sensitive THEN t.source END AS source,
    CASE WHEN NOT c.sensitive THEN t.category END AS category,
    CASE WHEN NOT c.sensitive THEN t.month END AS month,
    CASE WHEN NOT c.sensitive THEN t.fields END AS fields,
    CASE WHEN NOT c.sensitive THEN t.old_method END AS old_method,
    CASE WHEN NOT c.sensitive THEN t.new_method END AS new_method,
    count(*) AS n
FROM told AS t JOIN category AS c ON c.code = t.category
WHERE t.kind <> 'placed_again' OR t.fields <> '{}'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
