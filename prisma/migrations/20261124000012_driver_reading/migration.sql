-- Since when a schedule has the job whose history is read (what happened before is not its evidence), and of which kind
-- the problem is that keeps it from being read.
ALTER TABLE driver_reading
  ADD COLUMN began_at timestamptz(3) NOT NULL,
  ADD COLUMN problem_kind text;
