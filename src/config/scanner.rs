//! The virus scanner that is asked about every message; off unless an address is given.

use std::path::PathBuf;

use crate::config::check::Check;
use crate::config::file;
use crate::gateway::scanner::{Place, Scanner};

/// Checks `[scanner]`; `None` where no scanner is configured, or where its address is wrong.
pub(crate) fn scanner(check: &mut Check<'_>, written: &file::Scanner) -> Option<Scanner> {
    let address = written.address.get_ref().trim();
    if address.is_empty() {
        return None;
    }
    let place = check.taken("scanner.address", &written.address, place)?;
    Some(Scanner {
        place,
        patience: written.time.0,
        unreachable: written.when_unreachable,
    })
}

fn place(text: &str) -> Result<Place, String> {
    if text.starts_with('/') {
        return Ok(Place::Socket(PathBuf::from(text)));
    }
    let port = text.rsplit_once(':').and_then(|(host, port)| {
        let port = port.parse::<u16>().ok()?;
        (!host.is_empty()).then_some(port)
    });
    match port {
        Some(_) => Ok(Place::Host(text.to_owned())),
        None => Err(format!(
            "`{text}` is not a scanner: expected a socket such as \"/run/clamav/clamd.ctl\", or host and port such as \"127.0.0.1:3310\""
        )),
    }
}
