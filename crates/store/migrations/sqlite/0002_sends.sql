-- Same tables, columns and indexes as ../postgres/0002_sends.sql; a test compares the two.

ALTER TABLE outbox ADD COLUMN retry_at BIGINT;
ALTER TABLE outbox ADD COLUMN dispatched_at BIGINT;
UPDATE outbox SET dispatched_at = created_at;
DROP INDEX outbox_session;
DROP INDEX outbox_recent;
CREATE INDEX outbox_listed ON outbox (session_id, seq);
-- Finished sends leave it, so it stays small however many there were.
CREATE INDEX outbox_open ON outbox (session_id, status, seq) WHERE status IN ('queued', 'sending');
CREATE INDEX outbox_dispatched ON outbox (session_id, dispatched_at);

-- WhatsApp's limits that a session met last.
CREATE TABLE send_holds (
    session_id TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    cause      TEXT   NOT NULL,
    until      BIGINT NOT NULL,
    strikes    BIGINT NOT NULL
);

ALTER TABLE messages ADD COLUMN outbox_id TEXT;

-- The last vote of each voter.
CREATE TABLE poll_votes (
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    chat_jid   TEXT   NOT NULL,
    poll_id    TEXT   NOT NULL,
    voter      TEXT   NOT NULL,
    name       TEXT,
    options    TEXT   NOT NULL,
    voted_at   BIGINT NOT NULL,
    PRIMARY KEY (session_id, poll_id, chat_jid, voter)
);

-- Polls with an end, until their result has been told.
CREATE TABLE poll_recaps (
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    chat_jid   TEXT   NOT NULL,
    poll_id    TEXT   NOT NULL,
    ends_at    BIGINT NOT NULL,
    PRIMARY KEY (session_id, poll_id, chat_jid)
);
CREATE INDEX poll_recaps_due ON poll_recaps (ends_at);
