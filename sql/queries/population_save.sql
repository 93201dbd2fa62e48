-- Keep the persons of one area and vintage; a newer figure replaces the older one.
-- params: boundary_set, area, vintage, kind, persons, source
INSERT INTO population (boundary_set, area, vintage, kind, persons, source)
VALUES (:boundary_set, :area, :vintage, :kind, :persons, :source)
ON CONFLICT (boundary_set, area, vintage, kind) DO UPDATE SET persons = excluded.persons, source = excluded.source
