-- Keep the rows of the file that are new or amended, in the order of their days.
-- params: moment, source, municipality, delivery
INSERT INTO incident
    (id, known_from, municipality, source, source_key, content_hash, delivery, sheet, line, case_id, category,
     occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, address, stated_area,
     location, x, y, method, score, radius, tags, repairs, review, before_review)
SELECT
    coalesce(d.incident, gen_random_uuid()), :moment, :municipality, :source, d.source_key, s.content_hash,
    CAST(:delivery AS uuid), s.sheet, s.line, s.case_id, s.category,
    s.occurred_from, s.occurred_to, s.local_day, nullif(s.local_hour, -1), s.time_precision, s.reported_on,
    s.address, s.stated_area, ST_SetSRID(ST_MakePoint(s.longitude, s.latitude), 4326), s.x, s.y,
    s.method, s.score, s.radius, s.tags::jsonb, s.repairs::jsonb,
    s.review, s.before_review
FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
WHERE d.outcome IN ('inserted', 'updated')
ORDER BY s.local_day, s.row_number
