//! The header of a message as a report about its delivery gives it back (RFC 3462 section 2).

use crate::act::deliver::body::header_block;
use crate::act::notice::About;
use crate::mail::verdict::Verdict;

/// What a sender needs to recognise a message.
const KEPT: [&str; 7] = [
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "in-reply-to",
];

/// The fields by which the sender recognises the message; at most 16 KiB.
///
/// Without its subject where the message was protected: the report travels in the open.
pub(super) fn to_return(raw: &[u8], about: &About<'_>) -> String {
    let open = about
        .states
        .iter()
        .all(|state| state.verdict == Verdict::Pass);
    let kept = |field: &str| {
        let name = field.split(':').next().unwrap_or_default().trim();
        let subject = name.eq_ignore_ascii_case("subject");
        KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept)) && (open || !subject)
    };
    let text = String::from_utf8_lossy(header_block(raw));
    let fields = fields(&text);
    let mut returned: String = fields.into_iter().filter(|field| kept(field)).collect();
    if returned.len() > 16 * 1024 {
        let end = (0..=16 * 1024)
            .rev()
            .find(|end| returned.is_char_boundary(*end));
        returned.truncate(end.unwrap_or(0));
        returned.push_str("\r\n");
    }
    returned
}

/// Every field with its continuation lines and line ends.
fn fields(text: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', '\t']) => field.push_str(line),
            Some(_) | None => fields.push(line.to_owned()),
        }
    }
    fields
}
