-- Keep a category; one of the same code is amended. Where nothing changes nothing is locked: a file that takes minutes may
-- be coming in.
-- params: code, scheme, edition, name_es, name_en, line, group_name, iccs_code, tags, count_unit, law, title, chapter,
-- article, law_status, sensitive, publication, valid_from, valid_to
INSERT INTO category
    (code, scheme, edition, name_es, name_en, line, group_name, iccs_code, tags, count_unit, law, title, chapter, article,
     law_status, sensitive, publication, valid_from, valid_to)
SELECT
    :code, :scheme, :edition, :name_es, :name_en, :line, :group_name, :iccs_code, CAST(:tags AS jsonb), :count_unit,
    :law, :title, :chapter, :article, :law_status, :sensitive, :publication, CAST(:valid_from AS date),
    CAST(:valid_to AS date)
WHERE NOT EXISTS (
    SELECT FROM category AS k
    WHERE k.code = :code AND (
        k.scheme, k.edition, k.name_es, k.name_en, k.line, k.group_name, k.iccs_code, k.tags, k.count_unit, k.law,
        k.title, k.chapter, k.article, k.law_status, k.sensitive, k.publication, k.valid_from, k.valid_to
    ) IS NOT DISTINCT FROM (
        :scheme, :edition, :name_es, :name_en, :line, :group_name, :iccs_code, CAST(:tags AS jsonb), :count_unit, :law,
        :title, :chapter, :article, :law_status, :sensitive, :publication, CAST(:valid_from AS date),
        CAST(:valid_to AS date)
    )
)
ON CONFLICT (code) DO UPDATE SET
    scheme = excluded.scheme, edition = excluded.edition, name_es = excluded.name_es, name_en = excluded.name_en,
    line = excluded.line, group_name = excluded.group_name, iccs_code = excluded.iccs_code, tags = excluded.tags,
    count_unit = excluded.count_unit, law = excluded.law, title = excluded.title, chapter = excluded.chapter,
    article = excluded.article, law_status = excluded.law_status, sensitive = excluded.sensitive,
    publication = excluded.publication, valid_from = excluded.valid_from, valid_to = excluded.valid_to
