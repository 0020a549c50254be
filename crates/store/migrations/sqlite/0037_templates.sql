-- Same tables, columns and indexes as ../postgres/0037_templates.sql; a test compares the two.

CREATE TABLE templates (
    id         TEXT   NOT NULL PRIMARY KEY,
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    header     TEXT,
    footer     TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX templates_name ON templates (session_id, name);
