-- Let a file wait again that its worker could not finish.
-- params: id
UPDATE upload SET state = 'queued' WHERE id = :id AND state = 'running'
