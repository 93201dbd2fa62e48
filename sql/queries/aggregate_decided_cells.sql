-- How many counts of the file came to each outcome.
-- params: none
SELECT outcome, count(*) AS n FROM aggregate_decided WHERE row_outcome <> 'quarantined' GROUP BY outcome
