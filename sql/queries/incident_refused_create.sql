-- The rows of one file that a rule refused.
-- params: none
CREATE TEMPORARY TABLE incident_refused (sheet text, line integer, rule text, field text, columns text) ON COMMIT DROP
