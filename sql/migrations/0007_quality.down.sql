-- What is known of the quality of deliveries.
SELECT 1;
