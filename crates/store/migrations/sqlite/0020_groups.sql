-- What a session knows of the groups it is in. `joined` is false once it is out; the subject then
-- still names the chat.
CREATE TABLE session_groups (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    session_id    TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    jid           TEXT    NOT NULL,
    subject       TEXT,
    description   TEXT,
    owner_jid     TEXT,
    announce      BOOLEAN NOT NULL DEFAULT FALSE,
    locked        BOOLEAN NOT NULL DEFAULT FALSE,
    joined        BOOLEAN NOT NULL,
    created_wa    BIGINT,
    first_seen_at BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX session_groups_jid ON session_groups (session_id, jid);

CREATE TABLE session_group_members (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    session_id    TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    group_jid     TEXT    NOT NULL,
    phone_jid     TEXT,
    lid           TEXT,
    role          TEXT    NOT NULL,
    first_seen_at BIGINT  NOT NULL,
    last_seen_at  BIGINT  NOT NULL
);
CREATE INDEX session_group_members_group ON session_group_members (session_id, group_jid, id);

-- Sessions whose groups have been listed at least once.
CREATE TABLE session_group_lists (
    session_id TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    listed_at  BIGINT NOT NULL
);
