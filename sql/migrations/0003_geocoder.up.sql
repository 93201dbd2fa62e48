-- Streets, crossings and reviews of addresses.
SELECT 1;
