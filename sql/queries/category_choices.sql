-- Categories of all schemes, as a form offers them.
-- params: none
SELECT scheme, code, name_es FROM category ORDER BY scheme, name_es
