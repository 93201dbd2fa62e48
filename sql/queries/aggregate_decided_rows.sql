-- What becomes of each row of the file.
-- params: none
SELECT DISTINCT row_number, row_outcome FROM aggregate_decided
