-- Accelerations: a temporary faster spec, the original beside it, and how far the saga has come.

CREATE TABLE acceleration (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  schedule_id uuid NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
  state text NOT NULL
    CHECK (state IN ('requested', 'applied', 'confirmed', 'expired', 'cancelled', 'failed', 'reverted', 'drifted')),
  -- Which road it took; null until that is known.
  outcome text CHECK (outcome IN ('confirmed', 'expired', 'cancelled', 'failed')),
  stand_in boolean NOT NULL,
  -- Who fired the schedule when it was asked for: kind, and of a connected one its connection and the job there.
  driver jsonb NOT NULL,
  original_spec jsonb NOT NULL,
  temporary_spec jsonb NOT NULL,
  timezone text NOT NULL,
  -- Half of the smallest gap of the temporary spec; null where it has one time alone.
  half_gap_seconds integer,
  requested_at timestamptz(3) NOT NULL,
  requested_by text NOT NULL,
  reason text NOT NULL,
  override_reason text,
  expires_at timestamptz(3) NOT NULL,
  confirmed_runs_wanted integer NOT NULL,
  max_runs integer,
  runs_seen integer NOT NULL DEFAULT 0,
  runs_confirmed integer NOT NULL DEFAULT 0,
  -- Its windows are expected from here up to, not including, `revert_began_at`.
  applied_at timestamptz(3),
  confirmed_at timestamptz(3),
  revert_began_at timestamptz(3),
  -- Nothing is left to do; a drifted one has ended when somebody chose to keep theirs.
  ended_at timestamptz(3),
  -- What the scheduler held before anything was touched, after the temporary spec was applied, and what somebody else
  -- has put there since: word for word.
  original jsonb,
  temporary jsonb,
  theirs jsonb,
  -- The effect that was begun and whose answer is not stored: it may have taken effect.
  doing text CHECK (doing IN ('apply', 'revert')),
  -- Somebody chose to put the original back over what somebody else had put there.
  put_back boolean NOT NULL DEFAULT false,
  -- Up to then a write that got no answer may still take effect: what is read before is not the last word.
  doubt_until timestamptz(3),
  -- Failed tries since the last that went well.
  failures integer NOT NULL DEFAULT 0,
  -- When the engine looks at it again; null: only when woken.
  next_at timestamptz(3),
  leased_by uuid,
  leased_until timestamptz(3),
  -- The lever of Rollcall's own dispatcher: whether it holds the temporary spec.
  lever_on boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1
);
-- One at a time for a schedule.
CREATE UNIQUE INDEX acceleration_one_active ON acceleration (schedule_id) WHERE ended_at IS NULL;
-- Every reading of a schedule asks for those that were ever applied.
CREATE INDEX acceleration_applied ON acceleration (schedule_id, applied_at) WHERE applied_at IS NOT NULL;
CREATE INDEX acceleration_next ON acceleration (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX acceleration_requested ON acceleration (project_id, requested_at DESC, id DESC);

CREATE TABLE acceleration_step (
  acceleration_id uuid NOT NULL REFERENCES acceleration (id) ON DELETE CASCADE,
  number integer NOT NULL,
  at timestamptz(3) NOT NULL,
  step text NOT NULL,
  ok boolean NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (acceleration_id, number)
);
