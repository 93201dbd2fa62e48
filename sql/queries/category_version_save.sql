-- Keep the law on which a category stood in some years; one from the same day is amended.
-- params: code, valid_from, valid_to, edition, law, article, law_status
INSERT INTO category_version AS kept (category, valid_from, valid_to, edition, law, article, law_status)
VALUES
    (:code, coalesce(CAST(:valid_from AS date), '-infinity'), coalesce(CAST(:valid_to AS date), 'infinity'), :edition,
     :law, :article, :law_status)
ON CONFLICT (category, valid_from) DO UPDATE SET
    valid_to = excluded.valid_to, edition = excluded.edition, law = excluded.law, article = excluded.article,
    law_status = excluded.law_status
WHERE kept IS DISTINCT FROM excluded
