-- How many rows of the file came to each outcome, and the days that their counts are about.
-- params: none
SELECT
    d.row_outcome, count(DISTINCT d.row_number) AS rows, min(s.period_from) AS first_day, max(s.period_to) AS last_day
FROM aggregate_decided AS d JOIN aggregate_stage AS s USING (row_number, source_key)
GROUP BY d.row_outcome
