-- Work that waits for a hop to answer again, and work that somebody wants tried at once.
ALTER TABLE work ADD COLUMN awaits TEXT;     -- the hop that could not be talked to
ALTER TABLE work ADD COLUMN hurried INTEGER; -- when it was asked for
CREATE INDEX work_awaits ON work (awaits) WHERE awaits IS NOT NULL;
