-- Same tables, columns and indexes as ../postgres/0036_batches.sql; a test compares the two.

-- Lists of messages that go out one after the other. `next_at` is when the next one may.
CREATE TABLE batches (
    session_id    TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    id            TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    delay_ms      BIGINT  NOT NULL,
    jitter        BOOLEAN NOT NULL,
    stop_on_error BOOLEAN NOT NULL,
    next_at       BIGINT,
    created_at    BIGINT  NOT NULL,
    started_at    BIGINT,
    completed_at  BIGINT,
    PRIMARY KEY (session_id, id)
);
CREATE INDEX batches_completed ON batches (completed_at);

-- `outbox_id` and `wa_id` are those of the send that an item becomes; `plan` is what it will say, until its end.
CREATE TABLE batch_items (
    session_id TEXT   NOT NULL,
    batch_id   TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    outbox_id  TEXT   NOT NULL,
    wa_id      TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    plan       TEXT,
    status     TEXT   NOT NULL,
    error      TEXT,
    sent_at    BIGINT,
    PRIMARY KEY (session_id, batch_id, position),
    FOREIGN KEY (session_id, batch_id) REFERENCES batches (session_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX batch_items_send ON batch_items (outbox_id);
CREATE INDEX batch_items_open ON batch_items (session_id, batch_id, position) WHERE status IN ('pending', 'sending');
