-- New places for some of the rows of the file.
-- params: none
CREATE TEMPORARY TABLE incident_replaced (
    row_number bigint, stated_area text, longitude double precision, latitude double precision,
    x double precision, y double precision, method text, score real, radius real, repairs text
) ON COMMIT DROP
