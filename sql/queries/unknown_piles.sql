-- Points that were found to be defaults among the rows of a delivery.
-- params: delivery
SELECT DISTINCT r.repair ->> 'from'
FROM incident AS i CROSS JOIN LATERAL jsonb_array_elements(i.repairs) AS r (repair)
WHERE i.delivery = CAST(:delivery AS uuid) AND r.repair ->> 'rule' = 'pile'
