-- Schema version 2: what a school remembers of whom it wrote to, so that it needs no list of people.
CREATE TABLE memory (
    school TEXT NOT NULL,
    mark   TEXT NOT NULL,                 -- keyed hash of one or two addresses, or @ and a domain (store::memory)
    times  INTEGER NOT NULL,              -- in how many messages
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (school, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_last ON memory (school, last);
