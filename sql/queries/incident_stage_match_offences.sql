-- Where an institution sends a row for each offence of a case: a row continues the incident of that case and category;
-- the only row of a case continues the only incident of that case, whose category was then amended.
-- params: source, municipality
WITH live AS (
    SELECT case_id, category, source_key, count(*) OVER (PARTITION BY case_id) AS n
    FROM incident
    WHERE source = :source AND municipality = :municipality AND known_to = 'infinity'
        AND case_id IN (SELECT case_id FROM incident_stage)
),
coming AS (
    SELECT row_number, case_id, category, count(*) OVER (PARTITION BY case_id) AS n FROM incident_stage
),
matched AS (
    SELECT DISTINCT ON (coming.row_number) coming.row_number, live.source_key
    FROM coming JOIN live ON live.case_id = coming.case_id
        AND (live.category = coming.category OR (live.n = 1 AND coming.n = 1))
    ORDER BY coming.row_number, live.category = coming.category DESC, live.source_key
)
UPDATE incident_stage AS s SET source_key = m.source_key
FROM matched AS m WHERE m.row_number = s.row_number AND s.source_key <> m.source_key
