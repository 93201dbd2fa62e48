-- How many rows of the file came to each outcome and each way of placing, their first and last day.
-- params: none
SELECT d.outcome, s.method, count(*) AS n, min(s.local_day) AS first_day, max(s.local_day) AS last_day
FROM incident_decided AS d JOIN incident_stage AS s USING (row_number)
GROUP BY d.outcome, s.method
