-- Every version of the incidents of a case, in the order in which they were known.
-- params: municipality, case_id, limit
SELECT
    i.id::text AS id, s.name AS source, d.file_name, i.known_from, nullif(i.known_to, 'infinity') AS known_to,
    i.category, c.name_es, c.name_en, c.sensitive, i.local_day, i.local_hour, i.reported_on, i.victims, i.address,
    i.stated_area, i.method, i.x, i.y, i.tags
FROM incident AS i
JOIN source AS s ON s.code = i.source
JOIN delivery AS d ON d.id = i.delivery
JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.case_id = :case_id
ORDER BY s.name, i.id, i.known_from
LIMIT :limit
