-- Schema version 1. Times are microseconds since 1970, UTC; addresses used as keys are in lower case.

-- Who may use this file: a value that only its own key file makes.
CREATE TABLE store (
    mark BLOB NOT NULL
) STRICT;

CREATE TABLE message (
    number    INTEGER PRIMARY KEY,
    school    TEXT NOT NULL,
    id        TEXT NOT NULL UNIQUE,
    received  INTEGER NOT NULL,
    sender    TEXT,                       -- envelope sender
    author    TEXT,                       -- header From, where it differs
    header_id TEXT,
    facts     TEXT NOT NULL,              -- record::Facts as JSON, masked
    kept      INTEGER NOT NULL,           -- 1 while there is content
    ended     INTEGER,                    -- when nothing was left to do
    stopped   INTEGER NOT NULL,           -- 1 once it was held, returned, bounced or rejected for anybody
    released  INTEGER NOT NULL DEFAULT 0, -- 1 once a reviewer released it
    refused   INTEGER NOT NULL DEFAULT 0  -- 1 once a reviewer gave it back
) STRICT;
CREATE INDEX message_received ON message (school, received);
CREATE INDEX message_sender ON message (sender);
CREATE INDEX message_author ON message (author) WHERE author IS NOT NULL;
CREATE INDEX message_header_id ON message (header_id) WHERE header_id IS NOT NULL;
CREATE INDEX message_ended ON message (school, ended) WHERE ended IS NOT NULL;
CREATE INDEX message_kept ON message (school, ended) WHERE kept = 1 AND ended IS NOT NULL;

-- The key stands before the content, so that deleting the row overwrites it.
CREATE TABLE content (
    message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
    key     BLOB NOT NULL,                -- wrapped with the school's key
    sealed  BLOB                          -- NULL where the client kept the message
) STRICT;

CREATE TABLE recipient (
    message     INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    place       INTEGER NOT NULL,         -- in the envelope
    key         TEXT NOT NULL,
    address     TEXT NOT NULL,            -- as written
    kind        TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    disposition TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    reply       TEXT,
    hop         TEXT,
    changed     INTEGER NOT NULL,
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipient_key ON recipient (key);
CREATE INDEX recipient_held ON recipient (message) WHERE disposition = 'held';

CREATE TABLE work (
    number   INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: a late claim finds nothing else
    message  INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    kind     TEXT NOT NULL,               -- work::WorkKind::as_str
    task     TEXT NOT NULL,               -- work::WorkKind as JSON
    secret   BLOB,                        -- sealed with the message's key
    since    INTEGER NOT NULL,            -- first due
    due      INTEGER NOT NULL,            -- due next
    ready    INTEGER NOT NULL,            -- may be claimed: due, or the end of its lease
    attempts INTEGER NOT NULL DEFAULT 0,
    lease    INTEGER NOT NULL DEFAULT 0,  -- counts claims
    holder   TEXT                         -- who has it in hand
) STRICT;
CREATE INDEX work_ready ON work (ready);
CREATE INDEX work_message ON work (message);

-- Entries outlive their messages, so they name them by reference.
CREATE TABLE ledger (
    school   TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    message  TEXT,
    facts    TEXT NOT NULL,
    link     BLOB NOT NULL,
    PRIMARY KEY (school, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_message ON ledger (message) WHERE message IS NOT NULL;

CREATE TABLE chain (
    school    TEXT PRIMARY KEY,
    base      INTEGER NOT NULL,
    base_link BLOB NOT NULL,
    head      INTEGER NOT NULL,
    head_link BLOB NOT NULL,
    seal      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    key    TEXT PRIMARY KEY,
    school TEXT NOT NULL,
    name   TEXT NOT NULL,                 -- as written
    hash   TEXT NOT NULL,                 -- argon2id
    added  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
