-- What a database holds, in three numbers; every version of an incident counts.
-- params: none
SELECT
    (SELECT count(*) FROM municipality) AS municipalities,
    (SELECT count(*) FROM incident) AS incidents,
    (SELECT count(*) FROM delivery) AS deliveries
