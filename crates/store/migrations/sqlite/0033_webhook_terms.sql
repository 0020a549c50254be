-- Same columns as ../postgres/0033_webhook_terms.sql; a test compares the two.

-- What a webhook of the OpenWA dialect asked for, in its words; none for the others.
ALTER TABLE webhooks ADD COLUMN openwa TEXT;
