-- What a session knows of the groups it is in. `joined` is false once it is out; the subject then
-- still names the chat.
CREATE TABLE session_groups (
    id            BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id    TEXT COLLATE "C"    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    jid           TEXT COLLATE "C"    NOT NULL,
    subject       TEXT,
    description   TEXT,
    owner_jid     TEXT COLLATE "C",
    announce      BOOLEAN NOT NULL DEFAULT FALSE,
    locked        BOOLEAN NOT NULL DEFAULT FALSE,
    joined        BOOLEAN NOT NULL,
    created_wa    BIGINT,
    first_seen_at BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX session_groups_jid ON session_groups (session_id, jid);

CREATE TABLE session_group_members (
    id            BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id    TEXT COLLATE "C"    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    group_jid     TEXT COLLATE "C"    NOT NULL,
    phone_jid     TEXT COLLATE "C",
    lid           TEXT COLLATE "C",
    role          TEXT COLLATE "C"    NOT NULL,
    first_seen_at BIGINT  NOT NULL,
    last_seen_at  BIGINT  NOT NULL
);
CREATE INDEX session_group_members_group ON session_group_members (session_id, group_jid, id);

-- Sessions whose groups have been listed at least once.
CREATE TABLE session_group_lists (
    session_id TEXT COLLATE "C"   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    listed_at  BIGINT NOT NULL
);
