-- The counts of one file as read, before it is known what becomes of each; row_number is of the row that holds it.
-- params: none
CREATE TEMPORARY TABLE aggregate_stage (
    row_number bigint, sheet text, line integer, source_key text, title text, chapter text, article text, label text,
    category text, level text, area text, measure text, unit text, period_from date, period_to date, n integer,
    status text, notes text, written text
) ON COMMIT DROP
