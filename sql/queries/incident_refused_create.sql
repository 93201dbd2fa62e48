-- The rows of one file that a rule refused.
-- params: none
CREATE TEMPORARY TABLE incident_refused (
    sheet text, line integer, rule text, field text, columns text, refused_as bigint
) ON COMMIT DROP
