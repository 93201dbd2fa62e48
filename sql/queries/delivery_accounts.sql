-- Each delivery with what its rows came to, counted again from where they are kept: lines that became an incident or a
-- count or wait in quarantine, and the rows in quarantine alone.
-- params: none
WITH kept AS (
    SELECT delivery, sheet, line FROM incident
    UNION SELECT delivery, sheet, line FROM aggregate
    UNION SELECT delivery, sheet, line FROM quarantine
),
lines AS (
    SELECT delivery, count(*) AS n FROM kept GROUP BY delivery
),
refused AS (
    SELECT delivery, count(*) AS n FROM quarantine GROUP BY delivery
)
SELECT
    d.id, d.source, d.file_name, d.rows_read, d.inserted, d.updated, d.duplicate, d.quarantined, d.report,
    coalesce(l.n, 0) AS lines, coalesce(r.n, 0) AS refused
FROM delivery AS d
LEFT JOIN lines AS l ON l.delivery = d.id
LEFT JOIN refused AS r ON r.delivery = d.id
ORDER BY d.received_at, d.id
