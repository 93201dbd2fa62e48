-- Make others who change the layers of a municipality wait until this transaction ends.
-- params: code
SELECT code FROM municipality WHERE code = :code FOR NO KEY UPDATE
