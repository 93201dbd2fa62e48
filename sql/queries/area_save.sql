-- Keep one area of an edition.
-- params: boundary_set, code, name, observed, area_km2, label, geometry
INSERT INTO area (boundary_set, code, name, observed, area_km2, label, geometry)
VALUES (
    :boundary_set, :code, :name, :observed, :area_km2,
    ST_GeomFromWKB(:label, 4326), ST_GeomFromWKB(:geometry, 4326)
)
