-- Keep a municipality; one of the same code is amended.
-- params: code, name, metric_srid, time_zone, language, synthetic
INSERT INTO municipality (code, name, metric_srid, time_zone, language, synthetic)
VALUES (:code, :name, :metric_srid, :time_zone, :language, :synthetic)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name,
    metric_srid = excluded.metric_srid,
    time_zone = excluded.time_zone,
    language = excluded.language,
    synthetic = excluded.synthetic
