-- The first schema. Large tables (check_in, run) carry their project and their time, are partitioned by month, and
-- have no foreign key, so that they can be spread over machines later. Small ones that people edit have foreign keys.

CREATE TABLE project (
  id smallint PRIMARY KEY,
  name text NOT NULL,
  -- Kept in clear text: it stands in every crontab line that a person pastes; it opens nothing but check-ins.
  ping_key text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL
);

-- People and access -----------------------------------------------------------------------------------------------

CREATE TABLE person (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'responder', 'operator', 'admin')),
  password_hash text,
  created_at timestamptz(3) NOT NULL,
  disabled_at timestamptz(3),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX person_email ON person (lower(email));

CREATE TABLE session (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  remote_address text,
  user_agent text
);
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expires ON session (expires_at);

-- One-time links: the first set-up, an invitation, a forgotten password. Only a hash is kept.
CREATE TABLE one_time_link (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  kind text NOT NULL CHECK (kind IN ('setup', 'invitation', 'reset')),
  person_id uuid REFERENCES person (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  name text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('read', 'write', 'report')),
  -- SHA-256 of a key of 256 random bits: nothing to gain by a slow hash, and it is checked on every request.
  key_hash bytea NOT NULL UNIQUE,
  prefix text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);

-- Failed sign-ins per address and per account, to slow down guessing across processes and restarts.
CREATE TABLE sign_in_attempt (
  subject text NOT NULL,
  at timestamptz(3) NOT NULL
);
CREATE INDEX sign_in_attempt_subject ON sign_in_attempt (subject, at);

CREATE TABLE audit (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  actor_name text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX audit_at ON audit (project_id, at DESC, id);

-- Schedules --------------------------------------------------------------------------------------------------------

CREATE TABLE schedule (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  slug text NOT NULL,
  name text NOT NULL,
  -- The id in check-in addresses; rotated apart from `id`.
  ping_uuid uuid NOT NULL UNIQUE,
  previous_ping_uuid uuid UNIQUE,
  previous_ping_uuid_until timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  -- Windows are expected after this moment: creation, or the revival of an archived schedule.
  expected_from timestamptz(3) NOT NULL,
  archived_at timestamptz(3),
  version integer NOT NULL,
  -- Fields that are read as they stand now, not by version.
  miss_threshold integer NOT NULL,
  recover_threshold integer NOT NULL,
  also_bad text[] NOT NULL,
  environment text NOT NULL,
  tags text[] NOT NULL,
  owner text,
  description text,
  route text,
  path text,
  driver jsonb NOT NULL,
  draft boolean NOT NULL DEFAULT false,
  -- Made by Rollcall for its own housekeeping.
  own boolean NOT NULL DEFAULT false,
  paused_at timestamptz(3),
  paused_until timestamptz(3),
  paused_by text,
  resume_on_check_in boolean NOT NULL DEFAULT false,
  UNIQUE (project_id, slug)
);
CREATE INDEX schedule_tags ON schedule USING gin (tags);

CREATE TABLE slug_alias (
  project_id smallint NOT NULL REFERENCES project (id),
  slug text NOT NULL,
  schedule_id uuid NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, slug)
);

CREATE TABLE schedule_version (
  schedule_id uuid NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
  number integer NOT NULL,
  project_id smallint NOT NULL,
  effective_from timestamptz(3) NOT NULL,
  spec jsonb NOT NULL,
  timezone text NOT NULL,
  grace_seconds integer NOT NULL,
  early_seconds integer,
  max_runtime_seconds integer,
  -- All fields of the schedule as they were, for the history page and for `PUT` back.
  fields jsonb NOT NULL,
  reason text,
  actor text NOT NULL,
  PRIMARY KEY (schedule_id, number)
);

-- What the engine needs of a schedule and writes often; apart from `schedule`, so that its rows stay small and hot.
CREATE TABLE schedule_state (
  schedule_id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  -- Raised by every transaction that stores evidence or judges: a writer whose copy is older loses and reads again.
  seq bigint NOT NULL DEFAULT 0,
  -- The next moment at which a verdict can change by itself; null: none.
  next_deadline timestamptz(3),
  -- Every window with expectedAt before it has been counted.
  judged_through timestamptz(3) NOT NULL,
  -- When an incident of this schedule was last resolved: only windows that turned later count.
  resolved_at timestamptz(3),
  last_run_at timestamptz(3),
  set_aside_at timestamptz(3),
  set_aside_because text
) WITH (fillfactor = 60);
CREATE INDEX schedule_state_deadline ON schedule_state (next_deadline) WHERE next_deadline IS NOT NULL;

-- Times in which a schedule is excused: pauses, maintenance, single windows excused by a person.
CREATE TABLE excuse (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('pause', 'maintenance', 'person')),
  -- Null with a maintenance: its selector says which schedules.
  schedule_id uuid REFERENCES schedule (id) ON DELETE CASCADE,
  -- kind 'person': the one window.
  window_expected_at timestamptz(3),
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3),
  selector jsonb,
  reason text,
  actor text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  version integer NOT NULL DEFAULT 1
);
CREATE INDEX excuse_schedule ON excuse (schedule_id, from_at);
CREATE INDEX excuse_maintenance ON excuse (project_id, from_at) WHERE kind = 'maintenance';

CREATE TABLE change_marker (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  at timestamptz(3) NOT NULL,
  title text NOT NULL,
  url text,
  schedules text[],
  actor text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX change_marker_at ON change_marker (project_id, at);

-- Evidence ---------------------------------------------------------------------------------------------------------

CREATE TABLE check_in (
  id uuid NOT NULL,
  project_id smallint NOT NULL,
  schedule_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL,
  kind text NOT NULL CHECK (kind IN ('start', 'success', 'fail', 'log', 'close')),
  run_id uuid,
  rid uuid,
  exit_status smallint,
  named_window timestamptz(3),
  body bytea,
  body_bytes integer NOT NULL,
  method text NOT NULL,
  remote_address text,
  user_agent text,
  PRIMARY KEY (schedule_id, at, id)
) PARTITION BY RANGE (at);
CREATE TABLE check_in_default PARTITION OF check_in DEFAULT;

CREATE TABLE run (
  id uuid NOT NULL,
  project_id smallint NOT NULL,
  schedule_id uuid NOT NULL,
  started_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  outcome text NOT NULL CHECK (outcome IN ('running', 'success', 'fail')),
  rid uuid,
  exit_status smallint,
  named_window timestamptz(3),
  -- A start check-in said when it began; else its only word was its end.
  has_start boolean NOT NULL,
  -- A start that came at most 2 s after the finish was taken in.
  manual boolean NOT NULL DEFAULT false,
  closed_by text,
  source text NOT NULL DEFAULT 'ping',
  execution_id text,
  log_bytes integer NOT NULL DEFAULT 0,
  remote_address text,
  user_agent text,
  PRIMARY KEY (schedule_id, started_at, id)
) PARTITION BY RANGE (started_at);
CREATE TABLE run_default PARTITION OF run DEFAULT;
CREATE INDEX run_rid ON run (schedule_id, rid) WHERE rid IS NOT NULL;
CREATE INDEX run_open ON run (schedule_id) WHERE outcome = 'running';
CREATE INDEX run_id ON run (id);

-- Check-ins that could not be placed, grouped by what they said; kept a week.
CREATE TABLE discarded (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  reason text NOT NULL,
  -- With keys shortened: never a whole one.
  path text NOT NULL,
  sender text NOT NULL,
  slug text,
  detail text,
  schedule_id uuid,
  user_agent text,
  count bigint NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  UNIQUE (project_id, reason, path, sender)
);
CREATE INDEX discarded_last ON discarded (project_id, last_at DESC);

CREATE TABLE blind_span (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL,
  reason text NOT NULL
);
CREATE INDEX blind_span_to ON blind_span (to_at);

-- The processes of this installation: who accepts evidence, and until when it surely did.
CREATE TABLE process (
  id uuid PRIMARY KEY,
  role text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  spooling boolean NOT NULL DEFAULT false,
  stopped_at timestamptz(3)
);

-- Incidents --------------------------------------------------------------------------------------------------------

CREATE SEQUENCE incident_number;

CREATE TABLE outage (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  -- What its incidents have in common; one open outage for each.
  reason_key text NOT NULL,
  reason text NOT NULL,
  route text,
  driver text,
  opened_at timestamptz(3) NOT NULL,
  resolved_at timestamptz(3)
);
CREATE UNIQUE INDEX outage_open ON outage (project_id, reason_key) WHERE resolved_at IS NULL;

CREATE TABLE incident (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  number bigint NOT NULL UNIQUE DEFAULT nextval('incident_number'),
  kind text NOT NULL CHECK (kind IN ('windows', 'boundary_drift', 'revert_failing')),
  -- The schedule's id, the route's name or the acceleration's id.
  subject text NOT NULL,
  schedule_id uuid,
  route text,
  state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
  sentence text NOT NULL,
  cause text,
  reason text,
  diagnosis text,
  since timestamptz(3) NOT NULL,
  opened_at timestamptz(3) NOT NULL,
  acknowledged_at timestamptz(3),
  acknowledged_by text,
  snoozed_until timestamptz(3),
  expected_fix_at timestamptz(3),
  assignee_id uuid,
  resolved_at timestamptz(3),
  resolved_by text,
  resolution text,
  outage_id uuid,
  -- Good windows, later than every bad one, that turned good since it opened.
  recovering timestamptz(3)[] NOT NULL DEFAULT '{}',
  -- Windows that were good already when it opened: they do not recover it.
  good_before timestamptz(3)[] NOT NULL DEFAULT '{}',
  -- It has said that it waits for the scheduler itself to be admitted.
  waiting boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX incident_one_open ON incident (project_id, kind, subject) WHERE state <> 'resolved';
CREATE INDEX incident_opened ON incident (project_id, opened_at DESC);
CREATE INDEX incident_schedule ON incident (schedule_id, opened_at DESC);
CREATE INDEX incident_outage ON incident (outage_id) WHERE outage_id IS NOT NULL;
CREATE INDEX incident_snoozed ON incident (snoozed_until) WHERE snoozed_until IS NOT NULL AND state = 'acknowledged';

-- Windows that count as bad now, or were listed by an incident. A good window costs no row but its run.
CREATE TABLE bad_window (
  schedule_id uuid NOT NULL,
  expected_at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  verdict text NOT NULL,
  cause text,
  reason text,
  double_fire boolean NOT NULL DEFAULT false,
  -- Times that it counts: a rolling window counts once more for every further `every`.
  weight integer NOT NULL DEFAULT 1,
  -- Whether it is bad now; a listed window that was healed stays with `false`.
  bad boolean NOT NULL,
  bad_since timestamptz(3) NOT NULL,
  turned_at timestamptz(3) NOT NULL,
  incident_id uuid,
  PRIMARY KEY (schedule_id, expected_at)
);
CREATE INDEX bad_window_incident ON bad_window (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX bad_window_at ON bad_window (project_id, expected_at);

CREATE TABLE incident_event (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  incident_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  actor text,
  text text NOT NULL
);
CREATE INDEX incident_event_incident ON incident_event (incident_id, at, id);

-- Messages that must go out, written in the transaction of what they tell.
CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  -- Null until it was spread over the channels that want it.
  spread_at timestamptz(3)
);
CREATE INDEX outbox_waiting ON outbox (created_at, id) WHERE spread_at IS NULL;

CREATE TABLE webhook (
  name text NOT NULL,
  project_id smallint NOT NULL REFERENCES project (id),
  id uuid NOT NULL UNIQUE,
  url text NOT NULL,
  -- Encrypted under ROLLCALL_SECRET.
  secret_box bytea NOT NULL,
  secret_length integer NOT NULL,
  secret_updated_at timestamptz(3) NOT NULL,
  events text[],
  created_at timestamptz(3) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (project_id, name)
);

-- One message to one channel.
CREATE TABLE delivery (
  outbox_id uuid NOT NULL,
  webhook_id uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  project_id smallint NOT NULL,
  created_at timestamptz(3) NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3),
  delivered_at timestamptz(3),
  gave_up_at timestamptz(3),
  last_status integer,
  last_error text,
  PRIMARY KEY (outbox_id, webhook_id)
);
CREATE INDEX delivery_next ON delivery (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- Roll-ups: a cache. Dropping one and deriving it again gives the same numbers.
CREATE TABLE rollup_hour (
  schedule_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  -- {verdict: count}
  counts jsonb NOT NULL,
  PRIMARY KEY (schedule_id, at)
);
CREATE INDEX rollup_hour_at ON rollup_hour (at);
CREATE TABLE rollup_day (
  schedule_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  counts jsonb NOT NULL,
  PRIMARY KEY (schedule_id, at)
);
CREATE INDEX rollup_day_at ON rollup_day (at);
-- How far the roll-ups of the project reach: every earlier hour has its rows, or had no windows.
CREATE TABLE rollup_reach (
  project_id smallint PRIMARY KEY REFERENCES project (id),
  through timestamptz(3) NOT NULL
);
-- Hours whose windows were judged anew, or may still change, after they were rolled up.
CREATE TABLE rollup_stale (
  schedule_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (schedule_id, at)
);

INSERT INTO project (id, name, ping_key, created_at)
VALUES (
  1,
  'Rollcall',
  -- 22 characters of [A-Za-z0-9_-]; replaced at the first start where ROLLCALL_PING_KEY is set.
  substr(translate(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_'), 1, 22),
  now()
);
