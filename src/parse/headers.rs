//! The header block of a message as [`Headers`] (RFC 5322 section 3.6).

use crate::parse::field::{self, Block};
use crate::parse::message::{Field, Headers, Mailbox};

/// Reads the fields every later stage asks for; all fields stay in order beside them.
pub(super) fn headers(block: &Block) -> Headers {
    let mailboxes =
        |name: &str| -> Vec<Mailbox> { block.all(name).flat_map(field::mailboxes).collect() };
    Headers {
        from: mailboxes("From"),
        sender: mailboxes("Sender").into_iter().next(),
        reply_to: mailboxes("Reply-To"),
        to: mailboxes("To"),
        cc: mailboxes("Cc"),
        bcc: mailboxes("Bcc"),
        subject: block
            .all("Subject")
            .next()
            .map(field::text)
            .unwrap_or_default(),
        message_id: block.all("Message-ID").next().and_then(message_id),
        fields: block
            .fields
            .iter()
            .map(|raw| Field {
                name: raw.name.clone(),
                value: field::text(&raw.value),
            })
            .collect(),
    }
}

fn message_id(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let id = text.trim().trim_start_matches('<');
    let id = id.split('>').next().unwrap_or_default().trim();
    (!id.is_empty()).then(|| id.to_owned())
}
