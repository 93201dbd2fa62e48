-- Streets, crossings and reviews of addresses.
ALTER TABLE place_alias
    DROP CONSTRAINT place_alias_pkey,
    DROP COLUMN valid_to, DROP COLUMN who, DROP COLUMN why, DROP COLUMN review;
-- Of the validities of one name the first stays.
DELETE FROM place_alias AS later USING place_alias AS first
WHERE later.place = first.place AND later.alias = first.alias AND later.valid_from > first.valid_from;
ALTER TABLE place_alias ADD PRIMARY KEY (place, alias);
DROP INDEX place_name_similar;
ALTER TABLE place DROP COLUMN coarse, DROP COLUMN review;
ALTER TABLE incident DROP COLUMN before_review, DROP COLUMN review, DROP COLUMN address_key;
DROP FUNCTION reviewed(review, jsonb);
DROP TABLE review;
