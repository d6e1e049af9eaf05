//! *Record*: one durable transaction for a message, its verdicts, its ledger entry and its due work.
