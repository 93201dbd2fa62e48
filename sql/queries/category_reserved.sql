-- Codes of the categories that are never shown as a place.
-- params: none
SELECT code FROM category WHERE sensitive
