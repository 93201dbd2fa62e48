-- Institutions that publish.
-- params: none
SELECT code, name FROM institution ORDER BY code
