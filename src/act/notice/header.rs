//! The header of a message as a report about its delivery gives it back (RFC 3462 section 2).

use crate::act::header;
use crate::act::notice::About;
use crate::mail::verdict::Verdict;

/// What a sender needs to recognise a message.
const KEPT: [&str; 6] = ["from", "to", "cc", "date", "message-id", "subject"];
const WITHOUT_SUBJECT: [&str; 5] = ["from", "to", "cc", "date", "message-id"];

/// Octets given back at most.
const MOST: usize = 16 * 1024;

/// The fields by which the sender recognises the message; at most 16 KiB.
///
/// Without its subject where the message was protected: the report travels in the open.
pub(super) fn to_return(raw: &[u8], about: &About<'_>) -> String {
    let open = about
        .states
        .iter()
        .all(|state| state.verdict == Verdict::Pass);
    let kept: &[&str] = if open { &KEPT } else { &WITHOUT_SUBJECT };
    let fields = header::fields(raw).into_iter();
    let fields = fields.filter(|field| header::is_named(field, kept));
    let mut returned: String = fields.map(String::from_utf8_lossy).collect();
    let end = (0..=MOST).rev().find(|end| returned.is_char_boundary(*end));
    if returned.len() > MOST {
        returned.truncate(end.unwrap_or(0));
        returned.push_str("\r\n");
    }
    returned
}
