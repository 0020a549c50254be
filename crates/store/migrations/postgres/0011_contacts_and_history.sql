-- Same tables, columns and indexes as ../sqlite/0011_contacts_and_history.sql.

-- People. `jid` is the phone JID and `phone` its digits; at least one of `jid` and `lid` is known.
CREATE TABLE contacts (
    id            BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id    TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    jid           TEXT COLLATE "C",
    lid           TEXT COLLATE "C",
    phone         TEXT,
    push_name     TEXT,
    full_name     TEXT,
    first_name    TEXT,
    business_name TEXT,
    first_seen_at BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX contacts_jid ON contacts (session_id, jid) WHERE jid IS NOT NULL;
CREATE UNIQUE INDEX contacts_lid ON contacts (session_id, lid) WHERE lid IS NOT NULL;
CREATE INDEX contacts_order ON contacts (session_id, id);

-- How far the import of what the phone handed over at linking has come.
CREATE TABLE history_imports (
    session_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    progress   BIGINT NOT NULL,
    chats      BIGINT NOT NULL,
    messages   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- When the message came with the history, as long as it has not come by itself as well: nobody has
-- been told of it.
ALTER TABLE messages ADD COLUMN imported_at BIGINT;
