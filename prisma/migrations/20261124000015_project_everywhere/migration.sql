-- Every table carries its project (domain.md, Schedule): these leant on the row that they belong to, or on nothing. Their
-- writers name no project while there is one; a constant default is no rewrite of the table.
ALTER TABLE session ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE sign_in_attempt ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE process ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE rollup_stale ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE decision_taken ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE make_good_window ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
ALTER TABLE acceleration_step ADD COLUMN project_id smallint NOT NULL DEFAULT 1;
