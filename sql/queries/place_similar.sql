-- Places in force with a name that holds something like a text, the likest first; each once.
-- params: municipality, text, limit
SELECT id
FROM (
    SELECT DISTINCT ON (p.id)
        p.id, p.name,
        strict_word_similarity(plain_text(:text), plain_text(n.alias)) AS similarity
    FROM (
        SELECT id AS place, name AS alias FROM place
        WHERE plain_text(name) %>> plain_text(:text) AND valid_to = 'infinity'
        UNION ALL
        SELECT place, alias FROM place_alias
        WHERE plain_text(alias) %>> plain_text(:text) AND valid_to = 'infinity'
    ) AS n
    JOIN place AS p ON p.id = n.place
    WHERE p.municipality = :municipality AND p.valid_to = 'infinity' AND p.review IS NULL AND p.kind <> 'tramo'
    ORDER BY p.id, similarity DESC
) AS found
ORDER BY similarity DESC, length(name), id
LIMIT :limit
