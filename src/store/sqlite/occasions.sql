-- Breaches and reports are few among very many entries, and are asked for often.
CREATE INDEX ledger_occasion ON ledger (school, sequence)
    WHERE action IN ('breach-recorded', 'breach-contained', 'breach-decided', 'reported');

-- Whom messages are about, as keyed hashes: who holds the disk learns no name from them.
CREATE TABLE subject (
    message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    person  BLOB NOT NULL,
    PRIMARY KEY (message, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_person ON subject (person);
