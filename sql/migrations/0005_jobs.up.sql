-- Work in the background and its progress. The queue itself is procrastinate's own SQL, in a schema of its own: the
-- revision applies it before this file.
ALTER TABLE delivery ADD COLUMN sent_by text NOT NULL DEFAULT '';

CREATE TABLE upload (
    id uuid PRIMARY KEY,
    municipality text NOT NULL REFERENCES municipality,
    source text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    sent_by text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'received'
        CHECK (state IN ('received', 'queued', 'running', 'done', 'failed', 'cancelled', 'discarded')),
    queued_at timestamptz,
    started_at timestamptz,
    told_at timestamptz,
    ended_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    expected_rows integer,
    rows_read integer NOT NULL DEFAULT 0,
    rows_stored integer NOT NULL DEFAULT 0,
    rows_quarantined integer NOT NULL DEFAULT 0,
    read_whole boolean NOT NULL DEFAULT false,
    cancelled_by text,
    delivery uuid REFERENCES delivery ON DELETE SET NULL,
    failure jsonb
);
CREATE INDEX upload_received ON upload (municipality, received_at);

COMMENT ON TABLE upload IS 'files sent by the upload page: what waits, runs or is done; the bytes lie in a spool folder';
COMMENT ON COLUMN upload.failure IS 'code and values of the error that ended it, no text of a row';

CREATE TABLE quarantine_decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine bigint NOT NULL REFERENCES quarantine ON DELETE CASCADE,
    action text NOT NULL CHECK (action IN ('discarded', 'reopened')),
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_decision_row ON quarantine_decision (quarantine);

GRANT SELECT ON upload, quarantine_decision TO observatorio_web, observatorio_ingest;
GRANT INSERT, UPDATE ON upload TO observatorio_ingest;
GRANT INSERT ON quarantine_decision TO observatorio_ingest;

-- The pages may queue one kind of work and see nothing else of the queue.
CREATE FUNCTION enqueue_upload(upload uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = procrastinate, pg_temp
    AS $$
        SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW(
            'uploads', 'ingest_upload', 0, NULL, upload::text, jsonb_build_object('upload', upload), NULL
        )::procrastinate_job_to_defer_v1]))[1]
    $$;
REVOKE ALL ON FUNCTION enqueue_upload FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enqueue_upload TO observatorio_ingest;
