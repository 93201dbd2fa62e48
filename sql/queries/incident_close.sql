-- End what was known of the incidents that the file amends.
-- params: moment, source, municipality
UPDATE incident AS i SET known_to = :moment
FROM incident_decided AS d
WHERE d.outcome = 'updated' AND i.source = :source AND i.municipality = :municipality
    AND i.source_key = d.source_key AND i.known_to = 'infinity'
