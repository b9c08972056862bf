-- What the connection was called when its reading began: the ids of its evidence are made of that name, and stay when the
-- connection is renamed.
ALTER TABLE driver_reading ADD COLUMN known_as text;
UPDATE driver_reading SET known_as = connection;
ALTER TABLE driver_reading ALTER COLUMN known_as SET NOT NULL;
