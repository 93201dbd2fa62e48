-- Keep places of one kind and source, in the order given, with their other names.
-- params: municipality, kind, source, rows (JSON: name, radius, coarse, geometry in hexadecimal WKB, aliases)
WITH given AS (
    SELECT nextval(pg_get_serial_sequence('place', 'id'))::integer AS id, r.*
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r (name text, radius real, coarse boolean, geometry text, aliases jsonb)
),
kept AS (
    INSERT INTO place (id, municipality, name, kind, source, radius, coarse, geometry)
    OVERRIDING SYSTEM VALUE
    SELECT id, :municipality, name, :kind, :source, radius, coarse, ST_GeomFromWKB(decode(geometry, 'hex'), 4326)
    FROM given
)
INSERT INTO place_alias (place, alias)
SELECT given.id, names.alias FROM given CROSS JOIN LATERAL jsonb_array_elements_text(given.aliases) AS names (alias)
