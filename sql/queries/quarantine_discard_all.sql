-- Set all open rows of one delivery and rule aside for good, with a reason, and note who decided it.
-- params: municipality, delivery, rule, reason, actor
WITH done AS (
    UPDATE quarantine AS q SET solved_at = clock_timestamp(), solved_by = :actor, solution = 'discarded: ' || :reason
    FROM delivery AS d
    WHERE d.id = q.delivery AND d.municipality = :municipality AND q.delivery = CAST(:delivery AS uuid)
        AND q.rule = :rule AND q.solved_at IS NULL
    RETURNING q.id
)
INSERT INTO quarantine_decision (quarantine, action, reason, decided_by)
SELECT id, 'discarded', :reason, :actor FROM done RETURNING quarantine
