-- The first rows with a count that contradicts another of the file.
-- params: limit
SELECT DISTINCT s.sheet, s.line, 'contradictory_count' AS rule, 'label' AS field
FROM aggregate_decided AS d JOIN aggregate_stage AS s USING (row_number, source_key)
WHERE d.row_outcome = 'quarantined'
ORDER BY s.sheet, s.line LIMIT :limit
