-- Empty a municipality of synthetic deliveries, and of what was computed from them; tells how many incidents went.
-- params: municipality, source, place_source, levels
WITH delivered AS (
    SELECT id FROM delivery WHERE municipality = :municipality AND source = :source
), gone_incidents AS (
    DELETE FROM incident WHERE municipality = :municipality AND source = :source RETURNING 1
), gone_quarantine AS (
    DELETE FROM quarantine WHERE delivery IN (SELECT id FROM delivered)
), gone_deliveries AS (
    DELETE FROM delivery WHERE id IN (SELECT id FROM delivered)
), gone_findings AS (
    DELETE FROM finding WHERE municipality = :municipality
), gone_snapshots AS (
    DELETE FROM snapshot WHERE municipality = :municipality
), gone_places AS (
    DELETE FROM place WHERE municipality = :municipality AND (source = :place_source OR review IS NOT NULL)
), gone_names AS (
    DELETE FROM place_alias WHERE review IN (SELECT id FROM review WHERE municipality = :municipality)
), gone_reviews AS (
    DELETE FROM review WHERE municipality = :municipality
), gone_matches AS (
    DELETE FROM incident_match WHERE municipality = :municipality
), gone_assignments AS (
    DELETE FROM category_assignment WHERE municipality = :municipality
), gone_knowledge AS (
    DELETE FROM knowledge WHERE municipality = :municipality
), gone_layers AS (
    DELETE FROM boundary_set WHERE municipality = :municipality AND level = ANY(:levels)
)
SELECT count(*) FROM gone_incidents
