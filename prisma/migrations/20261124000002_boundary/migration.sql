-- The trust boundary: protected routes, what their gates decided, and what schedulers say that they fired. `decision`
-- and `attempt` grow like check-ins: they carry their project and their time, are partitioned by month, and have no
-- foreign key.

CREATE TABLE route (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  name text NOT NULL,
  -- Contracts as they are shown: kind and options, and of each secret its length and since when it is set.
  contract jsonb NOT NULL,
  caller jsonb,
  manual jsonb,
  url text,
  probe_url text,
  probe_methods text[] NOT NULL,
  proxy text NOT NULL CHECK (proxy IN ('nginx', 'traefik', 'caddy', 'envoy')),
  proxy_key jsonb,
  allow_private_network boolean NOT NULL,
  -- The secrets themselves, as one text, encrypted under ROLLCALL_SECRET.
  secrets_box bytea NOT NULL,
  gate_key_box bytea NOT NULL,
  gate_key_updated_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  UNIQUE (project_id, name)
);

-- Which schedules a route guards is said by them.
CREATE INDEX schedule_route ON schedule (route) WHERE route IS NOT NULL;

CREATE TABLE decision (
  id uuid NOT NULL,
  project_id smallint NOT NULL,
  at timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL,
  route text NOT NULL,
  -- Mostly one; several where it may be of any of them (`ambiguous`), none where it is of none that is known.
  schedule_ids uuid[] NOT NULL,
  ambiguous boolean NOT NULL,
  named_window timestamptz(3),
  outcome text NOT NULL CHECK (outcome IN ('admitted', 'rejected')),
  via text NOT NULL CHECK (via IN ('scheduler', 'manual', 'probe', 'stranger')),
  reason text NOT NULL,
  detail text,
  method text,
  path text,
  contract_expected text,
  contract_resembled text,
  diagnosis text,
  execution_id text,
  -- The shape of what was presented: names and lengths, never a value.
  presented jsonb NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE decision_default PARTITION OF decision DEFAULT;
CREATE INDEX decision_route ON decision (route, at, id);
-- Those of a schedule: a B-tree over the first of its ids answers nearly all, a GIN over the few ambiguous ones the rest.
CREATE INDEX decision_schedule ON decision ((schedule_ids[1]), at) WHERE cardinality(schedule_ids) > 0;
CREATE INDEX decision_ambiguous ON decision USING gin (schedule_ids) WHERE ambiguous;

-- Ids that were taken: the same again is taken once for 7 days, also where the sender gives it another time.
CREATE TABLE decision_taken (
  id uuid PRIMARY KEY,
  taken_at timestamptz(3) NOT NULL
);
CREATE INDEX decision_taken_at ON decision_taken USING brin (taken_at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE attempt (
  id uuid NOT NULL,
  project_id smallint NOT NULL,
  schedule_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  scheduled_for timestamptz(3),
  outcome text NOT NULL CHECK (outcome IN ('answered', 'refused', 'no_answer', 'answer_unknown')),
  status smallint,
  latency_ms integer,
  error text,
  source text NOT NULL,
  PRIMARY KEY (schedule_id, at, id)
) PARTITION BY RANGE (at);
CREATE TABLE attempt_default PARTITION OF attempt DEFAULT;

-- When the scheduler was last let in and last refused, and when it last fired, by what is stored: judging reads decisions
-- and attempts only of schedules that have any, and an incident that waits for the scheduler asks these.
ALTER TABLE schedule_state
  ADD COLUMN admitted_at timestamptz(3),
  ADD COLUMN rejected_at timestamptz(3),
  ADD COLUMN attempted_at timestamptz(3);
