-- Give a place another name, because a person said so.
-- params: place, alias, moment, who, why, review
INSERT INTO place_alias (place, alias, valid_from, who, why, review) VALUES (:place, :alias, :moment, :who, :why, :review)
ON CONFLICT DO NOTHING
