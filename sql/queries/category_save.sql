-- Keep a category; one of the same code is amended.
-- params: code, scheme, edition, name_es, name_en, line, group_name, iccs_code, tags, count_unit, law, title, chapter,
-- article, law_status, sensitive, publication, valid_from, valid_to
INSERT INTO category AS kept
    (code, scheme, edition, name_es, name_en, line, group_name, iccs_code, tags, count_unit, law, title, chapter, article,
     law_status, sensitive, publication, valid_from, valid_to)
VALUES
    (:code, :scheme, :edition, :name_es, :name_en, :line, :group_name, :iccs_code, CAST(:tags AS jsonb), :count_unit,
     :law, :title, :chapter, :article, :law_status, :sensitive, :publication, CAST(:valid_from AS date),
     CAST(:valid_to AS date))
ON CONFLICT (code) DO UPDATE SET
    scheme = excluded.scheme, edition = excluded.edition, name_es = excluded.name_es, name_en = excluded.name_en,
    line = excluded.line, group_name = excluded.group_name, iccs_code = excluded.iccs_code, tags = excluded.tags,
    count_unit = excluded.count_unit, law = excluded.law, title = excluded.title, chapter = excluded.chapter,
    article = excluded.article, law_status = excluded.law_status, sensitive = excluded.sensitive,
    publication = excluded.publication, valid_from = excluded.valid_from, valid_to = excluded.valid_to
WHERE kept IS DISTINCT FROM excluded
