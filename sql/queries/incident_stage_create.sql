-- The rows of one file as read and placed, before it is known what becomes of each.
-- params: none
CREATE TEMPORARY TABLE incident_stage (
    row_number bigint, sheet text, line integer, case_id text, source_key text, content_hash text, category text,
    occurred_from timestamptz, occurred_to timestamptz, local_day date, local_hour smallint, time_precision text,
    reported_on date, address text, district text, area text, barrio text, stated_area text,
    longitude double precision, latitude double precision, x double precision, y double precision,
    method text, score real, radius real, refused_as bigint, tags text, repairs text, review integer,
    before_review jsonb
) ON COMMIT DROP
