-- The list of incidents is sorted by when they began. Most are resolved after a while: those that are not are few, and
-- have an index of their own.
CREATE INDEX incident_since ON incident (project_id, since DESC, id DESC);
CREATE INDEX incident_unresolved_since ON incident (project_id, since DESC, id DESC) WHERE state <> 'resolved';
