-- Same columns as ../sqlite/0032_session_options.sql; a test compares the two.

-- What few sessions have. `proxy` is encrypted: it can name a password.
CREATE TABLE session_options (
    session_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    preferences TEXT,
    proxy       BYTEA
);
