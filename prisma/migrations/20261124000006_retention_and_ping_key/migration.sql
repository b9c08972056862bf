-- How long things are kept, where an admin has said so; without a row the environment and its defaults say it. Whole days.
CREATE TABLE retention (
  project_id smallint PRIMARY KEY REFERENCES project (id),
  runs_days integer NOT NULL,
  logs_days integer NOT NULL,
  decisions_days integer NOT NULL,
  attempts_days integer NOT NULL,
  rollups_days integer NOT NULL,
  -- NULL: for ever.
  audit_days integer,
  messages_days integer NOT NULL,
  -- Up to where logs were cleared out of check-ins that stay: what lies before it is not looked through again.
  logs_cleared_to timestamptz(3),
  version integer NOT NULL
);

-- A ping key that was replaced is taken for a while.
ALTER TABLE project
  ADD COLUMN previous_ping_key text,
  ADD COLUMN previous_ping_key_until timestamptz(3),
  ADD CONSTRAINT project_previous_ping_key_whole CHECK ((previous_ping_key IS NULL) = (previous_ping_key_until IS NULL));

-- The last messages to one webhook.
CREATE INDEX delivery_of_webhook ON delivery (webhook_id, created_at DESC, outbox_id DESC);
