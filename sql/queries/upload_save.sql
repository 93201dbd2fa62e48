-- Keep a file that was sent, waiting for a decision.
-- params: id, municipality, source, file_name, sha256, bytes, sent_by, expected_rows
INSERT INTO upload (id, municipality, source, file_name, sha256, bytes, sent_by, expected_rows)
VALUES (:id, :municipality, :source, :file_name, :sha256, :bytes, :sent_by, :expected_rows)
