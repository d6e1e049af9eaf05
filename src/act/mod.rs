//! *Act*: due work: deliver, encrypt, notify, remind, purge.
