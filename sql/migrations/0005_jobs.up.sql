-- Work in the background and its progress.
SELECT 1;
