-- Keep another name of a place.
-- params: place, alias
INSERT INTO place_alias (place, alias) VALUES (:place, :alias) ON CONFLICT DO NOTHING
