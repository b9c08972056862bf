-- Runs that name their window: such a run may start up to 7 days after it, and a stretch of the past is read without
-- looking through these days. Runs that name none, most of them, are not in it.
CREATE INDEX run_named ON run (schedule_id, named_window) WHERE named_window IS NOT NULL;
