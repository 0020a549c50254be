-- Same tables, columns and indexes as ../sqlite/0010_webhooks.sql; a test compares the two.

-- `secrets` and `headers` are encrypted.
CREATE TABLE webhooks (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    session_id      TEXT COLLATE "C" REFERENCES sessions (id) ON DELETE CASCADE,
    url             TEXT NOT NULL,
    events          TEXT NOT NULL,
    secrets         BYTEA NOT NULL,
    headers         BYTEA NOT NULL,
    retry           TEXT NOT NULL,
    active          BOOLEAN NOT NULL,
    disabled        TEXT,
    failing_since   BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE INDEX webhooks_organization ON webhooks (organization_id, created_at, id);
CREATE INDEX webhooks_session ON webhooks (session_id);

-- `position` is the place in the order of its webhook and session: the event's id, or later when the
-- delivery was asked for again.
CREATE TABLE webhook_deliveries (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    webhook_id      TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id        TEXT COLLATE "C" NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    session_id      TEXT COLLATE "C" NOT NULL,
    position        TEXT COLLATE "C" NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    attempts        BIGINT NOT NULL,
    next_attempt_at BIGINT,
    log             TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (event_id, webhook_id);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, session_id, position)
    WHERE status IN ('pending', 'failed');

-- Up to where an organisation's log is no longer whole: by retention, and by the deletion of sessions.
CREATE TABLE log_horizons (
    organization_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    pruned_until    TEXT COLLATE "C" NOT NULL,
    deleted_until   TEXT COLLATE "C" NOT NULL
);
