-- Templates described on a page, and aggregates.
SELECT 1;
