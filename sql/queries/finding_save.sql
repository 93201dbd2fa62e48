-- Keep a finding; the first one of a key stays.
-- params: key, municipality, statistic, question, code_version, payload
INSERT INTO finding (key, municipality, statistic, question, code_version, payload)
VALUES (:key, :municipality, :statistic, CAST(:question AS jsonb), :code_version, :payload)
ON CONFLICT (key) DO NOTHING
