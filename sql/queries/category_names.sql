-- Codes and names of the categories of a scheme.
-- params: scheme
SELECT code, name_es FROM category WHERE scheme = :scheme ORDER BY code
