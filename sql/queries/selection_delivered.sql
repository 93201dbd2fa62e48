-- First and last day that the sources of a selection delivered of a municipality, as known at a moment.
-- params: municipality, sources, as_of
SELECT min(d.first_day) AS first_day, max(d.last_day) AS last_day
FROM delivery AS d
JOIN source AS s ON s.code = d.source
WHERE d.municipality = :municipality AND s.kind = 'incidents'
    AND d.received_at <= :as_of
    AND (cardinality(CAST(:sources AS text[])) = 0 OR d.source = ANY(CAST(:sources AS text[])))
