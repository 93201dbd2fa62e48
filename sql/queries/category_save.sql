-- Keep a category; one of the same code is amended.
-- params: code, scheme, name_es, name_en, line, group_name, iccs_code, count_unit, law, sensitive, publication
INSERT INTO category
    (code, scheme, name_es, name_en, line, group_name, iccs_code, count_unit, law, sensitive, publication)
VALUES
    (:code, :scheme, :name_es, :name_en, :line, :group_name, :iccs_code, :count_unit, :law, :sensitive, :publication)
ON CONFLICT (code) DO UPDATE SET
    scheme = excluded.scheme, name_es = excluded.name_es, name_en = excluded.name_en, line = excluded.line,
    group_name = excluded.group_name, iccs_code = excluded.iccs_code, count_unit = excluded.count_unit,
    law = excluded.law, sensitive = excluded.sensitive, publication = excluded.publication
WHERE (category.scheme, category.name_es, category.name_en, category.line, category.group_name, category.iccs_code,
       category.count_unit, category.law, category.sensitive, category.publication)
    IS DISTINCT FROM
      (excluded.scheme, excluded.name_es, excluded.name_en, excluded.line, excluded.group_name, excluded.iccs_code,
       excluded.count_unit, excluded.law, excluded.sensitive, excluded.publication)
