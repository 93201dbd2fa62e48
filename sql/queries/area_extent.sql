-- The degrees that hold all areas of an edition.
-- params: boundary_set
SELECT ST_XMin(e) AS "left", ST_YMin(e) AS "bottom", ST_XMax(e) AS "right", ST_YMax(e) AS "top"
FROM (SELECT ST_Extent(geometry) AS e FROM area WHERE boundary_set = :boundary_set) AS extent
