-- The queue, the uploads and who sent a file; the deliveries stay.
DROP FUNCTION enqueue_upload;
DROP TABLE quarantine_decision;
DROP TABLE upload;
ALTER TABLE delivery DROP COLUMN sent_by;
DROP SCHEMA procrastinate CASCADE;
