-- `target` is the WhatsApp id of the message that a reaction, an edit, a revoke or a vote is about;
-- such a message is not part of its chat's history by itself.
ALTER TABLE messages ADD COLUMN target TEXT;
ALTER TABLE messages ADD COLUMN edited BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE messages ADD COLUMN deleted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX messages_target ON messages (session_id, target) WHERE target IS NOT NULL;

-- The engine's own form of a message, encrypted: keys of media, secrets of polls.
CREATE TABLE message_wire (
    message_id TEXT NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    value      BLOB NOT NULL
);
