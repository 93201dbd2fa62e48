-- End what was known of the counts that the file amends.
-- params: moment, source, municipality
UPDATE aggregate AS a SET known_to = :moment
FROM aggregate_decided AS d
WHERE d.outcome = 'updated' AND d.row_outcome <> 'quarantined' AND a.source = :source
    AND a.municipality = :municipality AND a.source_key = d.source_key AND a.known_to = 'infinity'
