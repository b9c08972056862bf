-- Rollcall fires schedules itself: when each is to be looked at, what is planned beside its windows, and what is made good.

-- One row for each schedule that Rollcall fires (or has fired). The engine's only question is `next_at`.
CREATE TABLE dispatch_clock (
  schedule_id uuid PRIMARY KEY REFERENCES schedule (id) ON DELETE CASCADE,
  project_id smallint NOT NULL REFERENCES project (id),
  -- When it has to be looked at: its next window, or the moment of an edit. NULL: nothing is to be fired.
  next_at timestamptz(3),
  -- Windows expected up to here are decided: fired, left out, or excused.
  fired_through timestamptz(3) NOT NULL,
  -- Since when it has a target, without a break; NULL: it has none (a stand-in fires it, or nobody here does).
  fires_since timestamptz(3)
);
CREATE INDEX dispatch_clock_next ON dispatch_clock (next_at) WHERE next_at IS NOT NULL;

-- Firings that are planned and not sent: by hand, a retry, or one that waits for the run before it. Sending one deletes
-- its row and stores its attempt, under the same id, in one transaction. No foreign key: the engine writes it while people
-- hold the schedule's row.
CREATE TABLE dispatch (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  schedule_id uuid NOT NULL,
  -- The expected time that it names; NULL: none.
  window_at timestamptz(3),
  why text NOT NULL CHECK (why IN ('schedule', 'manual', 'make_good', 'stand_in')),
  -- 0: the first for its window; else the number of the retry.
  retry smallint NOT NULL,
  due_at timestamptz(3) NOT NULL,
  -- Who asked for it; NULL: the schedule.
  actor text,
  planned_at timestamptz(3) NOT NULL
);
CREATE INDEX dispatch_due ON dispatch (due_at);
CREATE INDEX dispatch_schedule ON dispatch (schedule_id);

-- Windows that Rollcall did not fire, and why: the run before was under way, or Rollcall was not there.
CREATE TABLE dispatch_left_out (
  schedule_id uuid NOT NULL,
  expected_at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  at timestamptz(3) NOT NULL,
  reason text NOT NULL,
  sentence text NOT NULL,
  PRIMARY KEY (schedule_id, expected_at)
);

-- Making good what an incident lists, at a pace: the engine takes one window after the other.
CREATE TABLE make_good_plan (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL REFERENCES project (id),
  incident_id uuid NOT NULL,
  schedule_id uuid NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
  per_minute integer NOT NULL,
  actor text NOT NULL,
  made_at timestamptz(3) NOT NULL,
  -- When the next window is fired; NULL: none is left.
  next_at timestamptz(3)
);
CREATE INDEX make_good_plan_next ON make_good_plan (next_at) WHERE next_at IS NOT NULL;
-- One at a time for an incident.
CREATE UNIQUE INDEX make_good_plan_open ON make_good_plan (incident_id) WHERE next_at IS NOT NULL;

CREATE TABLE make_good_window (
  plan_id uuid NOT NULL REFERENCES make_good_plan (id) ON DELETE CASCADE,
  expected_at timestamptz(3) NOT NULL,
  fired_at timestamptz(3),
  -- Why it was not fired after all.
  left_out text,
  PRIMARY KEY (plan_id, expected_at)
);

ALTER TABLE attempt
  -- Of one that Rollcall sent: no later than this its answer is there, or will not be known.
  ADD COLUMN pending_until timestamptz(3),
  ADD COLUMN why text,
  -- The beginning of a refusal's body, without secrets.
  ADD COLUMN excerpt text;
