-- Incidents known now, as record linkage compares them: when, where, what, in which words, from which institution.
-- params: municipality
SELECT
    i.id::text AS id, s.institution, i.local_day, coalesce(i.local_hour, -1) AS local_hour, i.x, i.y, i.stated_area,
    i.category, i.address, i.method
FROM incident AS i JOIN source AS s ON s.code = i.source
WHERE i.municipality = :municipality AND i.known_to = 'infinity'
ORDER BY i.local_day, i.id
