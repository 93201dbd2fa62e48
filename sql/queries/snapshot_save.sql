-- Keep a snapshot of what is known now.
-- params: municipality, name, mask, note
INSERT INTO snapshot (municipality, name, known_at, mask, note)
VALUES (:municipality, :name, now(), :mask, :note)
