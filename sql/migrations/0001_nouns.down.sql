-- Drop the nouns in the reverse order; the extensions and the role may serve others and stay.
DROP TABLE finding, snapshot, place_alias, place, quarantine, incident, delivery, category_alias, source, institution,
    category, population, area, boundary_set, municipality;
DROP FUNCTION plain_text(text);
REVOKE USAGE ON SCHEMA public FROM observatorio_web;
