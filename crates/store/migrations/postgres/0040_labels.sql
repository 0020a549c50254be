CREATE TABLE labels (
    session_id TEXT COLLATE "C"   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    id         TEXT COLLATE "C"   NOT NULL,
    name       TEXT   NOT NULL,
    color      BIGINT NOT NULL,
    PRIMARY KEY (session_id, id)
);

-- Which labels are on which chats. A label may come to be known after that.
CREATE TABLE chat_labels (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    label_id   TEXT COLLATE "C" NOT NULL,
    chat_jid   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (session_id, label_id, chat_jid)
);
CREATE INDEX chat_labels_chat ON chat_labels (session_id, chat_jid);
