-- Codes that another scheme has already.
-- params: scheme, codes
SELECT code FROM category WHERE code = ANY(CAST(:codes AS text[])) AND scheme <> :scheme ORDER BY code
