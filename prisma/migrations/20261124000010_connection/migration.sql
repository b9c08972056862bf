-- What drivers need to reach a scheduler, how far its history was read, and which spans that history covers.

CREATE TABLE connection (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  name text NOT NULL,
  kind text NOT NULL,
  options jsonb NOT NULL,
  -- Of each secret its length and since when it is set.
  secrets jsonb NOT NULL,
  -- The secrets themselves, as one text, encrypted under ROLLCALL_SECRET.
  secrets_box bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  UNIQUE (project_id, name)
);

-- Which schedules are reached through a connection is said by them.
CREATE INDEX schedule_connection ON schedule ((driver ->> 'connection')) WHERE driver ->> 'connection' IS NOT NULL;

-- How far the history of a schedule's job was read. A schedule that gets another job begins anew.
CREATE TABLE driver_reading (
  schedule_id uuid PRIMARY KEY REFERENCES schedule (id) ON DELETE CASCADE,
  project_id smallint NOT NULL,
  kind text NOT NULL,
  connection text NOT NULL,
  ref text NOT NULL,
  -- As the driver gave it; NULL: nothing was read yet.
  cursor jsonb,
  -- Read up to here without a hole that reaches to the present.
  read_to timestamptz(3),
  next_at timestamptz(3) NOT NULL,
  -- Somebody is at it until then.
  leased_until timestamptz(3),
  -- Readings that failed since the last one that did not.
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  -- Why the last one failed, as a sentence; never a secret.
  problem text
);
CREATE INDEX driver_reading_next ON driver_reading (next_at);
CREATE INDEX driver_reading_failing ON driver_reading (connection) WHERE failing_since IS NOT NULL;

-- Spans that a schedule's history covers: a window in one of them that shows no attempt was not fired.
CREATE TABLE driver_coverage (
  schedule_id uuid NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  PRIMARY KEY (schedule_id, from_at),
  CHECK (from_at < to_at)
);
