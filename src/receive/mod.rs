//! *Receive*: the SMTP door (RFC 5321). The only module that knows samotop.
