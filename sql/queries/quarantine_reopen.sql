-- Undo that refused rows were set aside, and note who did it; rows that were solved otherwise stay as they are.
-- params: ids, actor
WITH done AS (
    UPDATE quarantine SET solved_at = NULL, solved_by = NULL, solution = NULL
    WHERE id = ANY(:ids) AND solution LIKE 'discarded: %' RETURNING id
)
INSERT INTO quarantine_decision (quarantine, action, reason, decided_by)
SELECT id, 'reopened', '', :actor FROM done RETURNING quarantine
