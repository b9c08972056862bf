-- What Rollcall asks from outside: runs of the verification matrix, and the question that a silent window raises.

CREATE TABLE verification (
  id uuid PRIMARY KEY,
  project_id smallint NOT NULL,
  route text NOT NULL,
  at timestamptz(3) NOT NULL,
  -- Who had it run.
  actor text NOT NULL,
  -- NULL: it is under way, and `cases` are those that are known so far.
  finished_at timestamptz(3),
  green boolean,
  representative boolean,
  cases jsonb NOT NULL
);
-- One at a time for a route.
CREATE UNIQUE INDEX verification_under_way ON verification (project_id, route) WHERE finished_at IS NULL;
CREATE INDEX verification_route ON verification (project_id, route, at DESC, id DESC);

-- A window that turned missing in silence, of a schedule whose route has a probe. Written by the transaction that judged
-- it, answered by a loop: a crash between loses nothing.
CREATE TABLE probe_question (
  schedule_id uuid NOT NULL,
  expected_at timestamptz(3) NOT NULL,
  project_id smallint NOT NULL,
  route text NOT NULL,
  asked_at timestamptz(3) NOT NULL,
  -- Somebody is at it until then.
  leased_until timestamptz(3),
  answered_at timestamptz(3),
  -- NULL where the gate answers well: then it is the scheduler that did not call.
  reason text,
  sentence text,
  PRIMARY KEY (schedule_id, expected_at)
);
CREATE INDEX probe_question_open ON probe_question (asked_at) WHERE answered_at IS NULL;
CREATE INDEX probe_question_route ON probe_question (project_id, route, answered_at DESC) WHERE answered_at IS NOT NULL;
