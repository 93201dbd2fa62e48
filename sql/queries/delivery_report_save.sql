-- Keep the finished report of a delivery.
-- params: id, report
UPDATE delivery SET report = CAST(:report AS jsonb) WHERE id = :id
