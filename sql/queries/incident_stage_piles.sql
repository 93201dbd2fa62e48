-- Exact points that hold too many rows of the file to be where things happened.
-- params: least, least_areas, most_in_one_area, least_addresses, most_share, least_blind, most_share_blind
WITH total AS (
    SELECT count(*) AS n FROM incident_stage WHERE method = 'coordinate'
),
full_points AS (
    SELECT longitude, latitude FROM incident_stage WHERE method = 'coordinate'
    GROUP BY longitude, latitude HAVING count(*) >= :least
),
described AS (
    SELECT
        s.longitude, s.latitude, count(*) AS n, count(DISTINCT s.local_day) AS days,
        count(DISTINCT nullif(s.address, '')) AS addresses, count(nullif(s.address, '')) AS with_address,
        count(DISTINCT nullif(s.stated_area, '')) AS areas, count(nullif(s.stated_area, '')) AS with_area,
        count(*) FILTER (WHERE s.stated_area <> '' AND s.stated_area = common.area) AS in_one_area
    FROM incident_stage AS s
    JOIN full_points USING (longitude, latitude)
    JOIN (
        SELECT longitude, latitude, mode() WITHIN GROUP (ORDER BY nullif(stated_area, '')) AS area
        FROM incident_stage JOIN full_points USING (longitude, latitude)
        GROUP BY longitude, latitude
    ) AS common USING (longitude, latitude)
    WHERE s.method = 'coordinate'
    GROUP BY s.longitude, s.latitude
)
SELECT
    d.longitude, d.latitude, d.n,
    d.areas >= :least_areas AND d.in_one_area <= :most_in_one_area * d.with_area AS names_many_areas,
    d.with_address >= d.n / 2.0 AS has_addresses
FROM described AS d, total
WHERE (d.areas >= :least_areas AND d.in_one_area <= :most_in_one_area * d.with_area)
    OR (d.with_address >= d.n / 2.0 AND d.addresses >= d.with_address / 2.0 AND d.days >= d.n / 10.0
        AND d.n >= :least_addresses AND d.n >= :most_share * total.n)
    OR (d.with_address < d.n / 2.0 AND d.n >= :least_blind AND d.n >= :most_share_blind * total.n)
ORDER BY d.n DESC, d.longitude, d.latitude
