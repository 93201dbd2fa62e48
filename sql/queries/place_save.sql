-- Keep one place.
-- params: municipality, name, kind, source, radius, geometry
INSERT INTO place (municipality, name, kind, source, radius, geometry)
VALUES (:municipality, :name, :kind, :source, :radius, ST_GeomFromWKB(:geometry, 4326))
RETURNING id
