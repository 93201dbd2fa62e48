-- Keep a source and its institution; those that are kept are amended.
-- params: code, name, institution, institution_name, licence, synthetic, kind
WITH kept AS (
    INSERT INTO institution (code, name) VALUES (:institution, :institution_name)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name
    RETURNING code
)
INSERT INTO source (code, institution, name, licence, synthetic, kind)
SELECT :code, kept.code, :name, :licence, :synthetic, :kind FROM kept
ON CONFLICT (code) DO UPDATE SET
    institution = excluded.institution, name = excluded.name, licence = excluded.licence, synthetic = excluded.synthetic,
    kind = excluded.kind
