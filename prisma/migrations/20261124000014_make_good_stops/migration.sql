ALTER TABLE make_good_plan
  -- Whether an admin wrote down why the matrix of its route need not be green: then a red one does not stop it.
  ADD COLUMN overridden boolean NOT NULL DEFAULT false,
  -- Why it stopped before its end; a new plan goes on with what is left of it.
  ADD COLUMN stopped_because text;

-- What became of the newest plan of an incident.
CREATE INDEX make_good_plan_of ON make_good_plan (incident_id, made_at);
