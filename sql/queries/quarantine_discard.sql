-- Set refused rows aside for good, with a reason, and note who decided it; rows that are solved already stay as they are.
-- params: ids, reason, actor
WITH done AS (
    UPDATE quarantine SET solved_at = clock_timestamp(), solved_by = :actor, solution = 'discarded: ' || :reason
    WHERE id = ANY(:ids) AND solved_at IS NULL RETURNING id
)
INSERT INTO quarantine_decision (quarantine, action, reason, decided_by)
SELECT id, 'discarded', :reason, :actor FROM done RETURNING quarantine
