-- The newest runs of all schedules. Runs are stored about in the order of their starts, so that a range of blocks says
-- enough: a BRIN index costs a check-in nothing that can be measured, where a B-tree would cost it a page.
CREATE INDEX run_started ON run USING brin (started_at) WITH (pages_per_range = 16, autosummarize = on);
