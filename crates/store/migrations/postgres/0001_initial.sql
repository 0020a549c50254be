-- Same tables, columns and indexes as ../sqlite/0001_initial.sql; a test compares the two.
-- Texts that are compared or sorted are COLLATE "C": byte order, as in SQLite.

CREATE TABLE meta (
    key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE organizations (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name            TEXT   NOT NULL,
    hash            BYTEA   NOT NULL,
    hint            TEXT   NOT NULL,
    capabilities    TEXT   NOT NULL,
    sessions        TEXT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    revoked_at      BIGINT
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
CREATE INDEX api_keys_organization ON api_keys (organization_id, id);

CREATE TABLE sessions (
    id                TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id   TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    label             TEXT,
    status            TEXT COLLATE "C" NOT NULL,
    status_reason     TEXT,
    jid               TEXT COLLATE "C",
    lid               TEXT COLLATE "C",
    auto_read         BOOLEAN NOT NULL,
    presence_typing   BOOLEAN NOT NULL,
    rate_per_min      BIGINT  NOT NULL,
    rate_per_hour     BIGINT  NOT NULL,
    last_connected_at BIGINT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL
);
CREATE INDEX sessions_organization ON sessions (organization_id, created_at, id);

-- `seq` is the order of acceptance.
CREATE TABLE outbox (
    seq             BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              TEXT COLLATE "C" NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    session_id      TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    idempotency_key TEXT COLLATE "C",
    fingerprint     BYTEA,
    wa_id           TEXT COLLATE "C" NOT NULL,
    recipient       TEXT COLLATE "C" NOT NULL,
    payload         TEXT    NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    error           TEXT,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    sent_at         BIGINT
);
CREATE UNIQUE INDEX outbox_id ON outbox (id);
CREATE UNIQUE INDEX outbox_idempotency ON outbox (organization_id, idempotency_key);
CREATE INDEX outbox_session ON outbox (session_id, status, seq);
CREATE INDEX outbox_recent ON outbox (session_id, created_at);

CREATE TABLE chats (
    id              BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id      TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    jid             TEXT COLLATE "C" NOT NULL,
    alias           TEXT COLLATE "C",
    name            TEXT,
    last_message_at BIGINT,
    unread          BIGINT  NOT NULL DEFAULT 0,
    archived        BOOLEAN NOT NULL DEFAULT FALSE,
    pinned          BOOLEAN NOT NULL DEFAULT FALSE,
    muted_until     BIGINT
);
CREATE UNIQUE INDEX chats_jid ON chats (session_id, jid);
CREATE INDEX chats_alias ON chats (session_id, alias) WHERE alias IS NOT NULL;
CREATE INDEX chats_recent ON chats (session_id, last_message_at, id);

-- `sender_key` names the sender within the identity of a message: phone JID, else LID, else empty
-- for the account's own messages.
CREATE TABLE messages (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session_id  TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    wa_id       TEXT COLLATE "C" NOT NULL,
    chat_jid    TEXT COLLATE "C" NOT NULL,
    sender_key  TEXT COLLATE "C" NOT NULL,
    sender_jid  TEXT COLLATE "C",
    sender_lid  TEXT COLLATE "C",
    sender_name TEXT,
    from_me     BOOLEAN NOT NULL,
    content     TEXT    NOT NULL,
    quote       TEXT,
    mentions    TEXT,
    status      TEXT COLLATE "C",
    wa_time     BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX messages_identity ON messages (session_id, wa_id, chat_jid, sender_key);
CREATE INDEX messages_chat ON messages (session_id, chat_jid, id);

CREATE TABLE events (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    session_id      TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    kind            TEXT COLLATE "C" NOT NULL,
    body            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX events_organization ON events (organization_id, id);
CREATE INDEX events_session ON events (session_id, id);

CREATE TABLE device_state (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    kind       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    alt        TEXT COLLATE "C",
    num        BIGINT NOT NULL,
    value      BYTEA   NOT NULL,
    PRIMARY KEY (session_id, kind, id)
);
CREATE INDEX device_state_alt ON device_state (session_id, kind, alt, id) WHERE alt IS NOT NULL;
