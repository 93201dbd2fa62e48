-- Whose file a delivery is.
-- params: delivery
SELECT source FROM delivery WHERE id = CAST(:delivery AS uuid)
