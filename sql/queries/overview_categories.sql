-- Categories that the sources of a municipality may deliver, by line, group and name.
-- params: municipality
SELECT DISTINCT c.code, c.name_es, c.name_en, c.line, c.group_name, c.sensitive
FROM delivery AS d
JOIN category_alias AS a ON a.source = d.source AND a.known_to = 'infinity'
JOIN category AS c ON c.code = a.category
WHERE d.municipality = :municipality
ORDER BY c.line DESC, c.group_name, c.name_es, c.code
