-- Quality of what each source told of each month, as known now; reserved categories are left out.
-- params: municipality, time_zone
SELECT
    i.source,
    date_trunc('month', i.local_day)::date AS month,
    count(*) AS n,
    count(*) FILTER (WHERE i.x IS NOT NULL) AS point,
    count(*) FILTER (WHERE i.method = 'barrio') AS barrio,
    count(*) FILTER (WHERE i.method = 'corregimiento') AS corregimiento,
    count(*) FILTER (WHERE i.method = 'none') AS nowhere,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY i.radius) FILTER (WHERE i.x IS NOT NULL) AS radius,
    count(*) FILTER (WHERE i.local_hour IS NULL) AS no_hour,
    count(*) FILTER (
        WHERE i.time_precision IN ('minute', 'hour') AND i.local_hour = 0 AND extract(minute FROM i.occurred_from) = 0
    ) AS midnight,
    count(*) FILTER (WHERE i.time_precision = 'minute') AS with_minute,
    count(*) FILTER (
        WHERE i.time_precision = 'minute' AND extract(minute FROM i.occurred_from) IN (0, 30)
    ) AS half_hours,
    count(*) FILTER (WHERE extract(day FROM i.local_day) = 1) AS first_day,
    count(*) FILTER (WHERE i.address = '') AS no_address,
    count(*) FILTER (WHERE i.stated_area = '') AS no_area,
    count(*) FILTER (WHERE i.case_id = '') AS no_case,
    count(i.reported_on) AS with_report,
    count(*) FILTER (WHERE i.method = 'coordinate') AS coordinate,
    count(*) FILTER (
        WHERE i.method = 'coordinate'
            AND abs(ST_X(i.location) * 1e3 - round(ST_X(i.location) * 1e3)) < 1e-6
            AND abs(ST_Y(i.location) * 1e3 - round(ST_Y(i.location) * 1e3)) < 1e-6
    ) AS round_coordinate,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY i.reported_on - i.local_day) AS report_median,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY i.reported_on - i.local_day) AS report_most,
    percentile_disc(0.5) WITHIN GROUP (
        ORDER BY (d.received_at AT TIME ZONE :time_zone)::date - coalesce(i.reported_on, i.local_day)
    ) AS receipt_median,
    percentile_disc(0.9) WITHIN GROUP (
        ORDER BY (d.received_at AT TIME ZONE :time_zone)::date - coalesce(i.reported_on, i.local_day)
    ) AS receipt_most
FROM incident AS i
JOIN delivery AS d ON d.id = i.delivery
JOIN category AS c ON c.code = i.category
WHERE i.municipality = :municipality AND i.known_to = 'infinity' AND NOT c.sensitive
GROUP BY 1, 2
ORDER BY 1, 2
