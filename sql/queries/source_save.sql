-- Keep a source and its institution; those that are kept are amended. Where nothing changes nothing is locked: a file that
-- takes minutes may be coming in.
-- params: code, name, institution, institution_name, licence, synthetic, kind
WITH changed AS (
    SELECT WHERE NOT EXISTS (
        SELECT FROM source AS s JOIN institution AS i ON i.code = s.institution
        WHERE s.code = :code AND i.code = :institution AND i.name = :institution_name
            AND (s.name, s.licence, s.synthetic, s.kind) IS NOT DISTINCT FROM (:name, :licence, :synthetic, :kind)
    )
),
kept AS (
    INSERT INTO institution (code, name) SELECT :institution, :institution_name FROM changed
    ON CONFLICT (code) DO UPDATE SET name = excluded.name
    RETURNING code
)
INSERT INTO source (code, institution, name, licence, synthetic, kind)
SELECT :code, kept.code, :name, :licence, :synthetic, :kind FROM kept
ON CONFLICT (code) DO UPDATE SET
    institution = excluded.institution, name = excluded.name, licence = excluded.licence, synthetic = excluded.synthetic,
    kind = excluded.kind
