-- Keep the law on which a category stood in some years; one from the same day is amended. Where nothing changes nothing is
-- locked: a file that takes minutes may be coming in.
-- params: code, valid_from, valid_to, edition, law, article, law_status
INSERT INTO category_version (category, valid_from, valid_to, edition, law, article, law_status)
SELECT
    :code, coalesce(CAST(:valid_from AS date), '-infinity'), coalesce(CAST(:valid_to AS date), 'infinity'), :edition,
    :law, :article, :law_status
WHERE NOT EXISTS (
    SELECT FROM category_version AS k
    WHERE k.category = :code AND k.valid_from = coalesce(CAST(:valid_from AS date), '-infinity')
        AND (k.valid_to, k.edition, k.law, k.article, k.law_status) IS NOT DISTINCT FROM
            (coalesce(CAST(:valid_to AS date), 'infinity'), :edition, :law, :article, :law_status)
)
ON CONFLICT (category, valid_from) DO UPDATE SET
    valid_to = excluded.valid_to, edition = excluded.edition, law = excluded.law, article = excluded.article,
    law_status = excluded.law_status
