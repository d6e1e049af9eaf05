//! The sample school of `testdata/school`, ready to judge mail.

use std::path::Path;
use std::sync::OnceLock;

use jiff::Timestamp;

use schoolgate::config::{self, knowledge};
use schoolgate::decide::beforehand::Beforehand;
use schoolgate::gateway::{self, Inspection};
use schoolgate::limits::Limits;
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::Envelope;
use schoolgate::parse::message;
use schoolgate::school::Knowledge;

/// The sample school, read once, as the gateway reads it.
pub(crate) fn knowledge() -> &'static Knowledge {
    static SAMPLE: OnceLock<Knowledge> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/school/gateway.toml");
        let read = knowledge::read(&config::load(&file).unwrap()).unwrap();
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
        read.knowledge
    })
}

/// Judges a message on the Friday of the week in which golden mail was written.
pub(crate) fn inspection(raw: &[u8], envelope: &Envelope) -> Inspection {
    let friday: Timestamp = "2026-11-20T16:00:00Z".parse().unwrap();
    gateway::inspect(raw, envelope, knowledge(), &Beforehand::default(), friday)
}

/// The first address of header `From`.
pub(crate) fn author(raw: &[u8]) -> Option<Address> {
    let headers = message(raw, &Limits::default()).headers;
    headers.from.first().and_then(|from| from.address.clone())
}
