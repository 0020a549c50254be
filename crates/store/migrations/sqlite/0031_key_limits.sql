-- Same columns as ../postgres/0031_key_limits.sql; a test compares the two.

-- `chats` is a JSON list of the only chats that the key is good for. `prefix` is how the key begins.
ALTER TABLE api_keys ADD COLUMN chats        TEXT;
ALTER TABLE api_keys ADD COLUMN prefix       TEXT   NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN use_count    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
