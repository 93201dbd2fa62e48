-- Note that a decision changed what is known of a municipality.
-- params: municipality, moment, kind, actor
INSERT INTO knowledge (municipality, moment, kind, actor) VALUES (:municipality, :moment, :kind, :actor)
