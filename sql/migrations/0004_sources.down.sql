-- Back to incidents alone; aggregates and the templates described on a page are lost.
DELETE FROM quarantine WHERE delivery IN (SELECT delivery FROM aggregate);
DELETE FROM quarantine
WHERE delivery IN (SELECT d.id FROM delivery AS d JOIN source AS s ON s.code = d.source WHERE s.kind = 'counts');
DROP TABLE aggregate;
DELETE FROM delivery WHERE source IN (SELECT code FROM source WHERE kind = 'counts');
DROP TABLE source_template;
ALTER TABLE source DROP COLUMN kind;
