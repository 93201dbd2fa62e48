-- Keep a new version of a template and return its number.
-- params: name, values, headers, actor
INSERT INTO source_template (name, version, "values", headers, saved_by)
SELECT
    :name, coalesce(max(version), 0) + 1, CAST(:values AS jsonb), CAST(:headers AS jsonb), :actor
FROM source_template WHERE name = :name
RETURNING version
