-- Whom an own status update was shown to: it can only be taken back from those.
CREATE TABLE status_audiences (
    message_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    audience   TEXT NOT NULL
);
