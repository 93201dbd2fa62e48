-- Templates described on a page: the version in force of each, by name.
-- params: none
SELECT DISTINCT ON (name) name, version, "values", headers, saved_at, saved_by
FROM source_template
ORDER BY name, version DESC
