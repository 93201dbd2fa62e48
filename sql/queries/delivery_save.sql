-- Keep a delivery and its account.
-- params: source, municipality, file_name, sha256, bytes, received_at, rows_read, inserted, updated, duplicate,
-- quarantined, blank, placed, first_day, last_day, sent_by, report
INSERT INTO delivery
    (source, municipality, file_name, sha256, bytes, received_at, rows_read, inserted, updated, duplicate,
     quarantined, blank, placed, first_day, last_day, sent_by, report)
VALUES
    (:source, :municipality, :file_name, :sha256, :bytes, :received_at, :rows_read, :inserted, :updated, :duplicate,
     :quarantined, :blank, :placed, :first_day, :last_day, :sent_by, CAST(:report AS jsonb))
RETURNING id
