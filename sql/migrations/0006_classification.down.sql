-- Versions of categories, unknown offences, matches between institutions.
SELECT 1;
