-- Codes of all sources.
-- params: none
SELECT code FROM source ORDER BY code
