-- Same tables, columns and indexes as ../sqlite/0030_identity.sql; a test compares the two.
-- Texts that are compared or sorted are COLLATE "C": byte order, as in SQLite.

-- `password` is a PHC string; none for people who sign in elsewhere.
CREATE TABLE users (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    email       TEXT COLLATE "C"    NOT NULL,
    name        TEXT,
    password    TEXT,
    super_admin BOOLEAN NOT NULL,
    disabled_at BIGINT,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE members (
    organization_id TEXT COLLATE "C"   NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id         TEXT COLLATE "C"   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_user ON members (user_id, created_at);

-- Who people are at an issuer of tokens outside.
CREATE TABLE external_identities (
    issuer     TEXT COLLATE "C"   NOT NULL,
    subject    TEXT COLLATE "C"   NOT NULL,
    user_id    TEXT COLLATE "C"   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identities_user ON external_identities (user_id);

-- `family` is the sign-in that a token descends from; `used_at` is when it was exchanged for the next.
CREATE TABLE refresh_tokens (
    hash            BYTEA   NOT NULL PRIMARY KEY,
    family          TEXT COLLATE "C"   NOT NULL,
    user_id         TEXT COLLATE "C"   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    organization_id TEXT COLLATE "C"   REFERENCES organizations (id) ON DELETE CASCADE,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- `private` is encrypted.
CREATE TABLE token_keys (
    id         TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    public     BYTEA   NOT NULL,
    private    BYTEA   NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);

-- Without references: what was done outlives what it was done to.
CREATE TABLE audit_log (
    id              TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C",
    actor_kind      TEXT COLLATE "C"   NOT NULL,
    actor_id        TEXT COLLATE "C",
    action          TEXT COLLATE "C"   NOT NULL,
    target          TEXT COLLATE "C",
    detail          TEXT,
    address         TEXT,
    created_at      BIGINT NOT NULL
);
CREATE INDEX audit_log_organization ON audit_log (organization_id, id);
CREATE INDEX audit_log_created ON audit_log (created_at);

-- Who may use a key from where, and how often; NULL: anywhere, without a limit.
ALTER TABLE api_keys ADD COLUMN addresses TEXT;
ALTER TABLE api_keys ADD COLUMN rate_per_min BIGINT;
