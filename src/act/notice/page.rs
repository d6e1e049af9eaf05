//! A page for an office, such as the weekly report: the same in plain text and as HTML, about no one message.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address as HeaderAddress;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use crate::act::desk::Desk;
use crate::act::header;
use crate::mail::address::Address;

/// What is written.
#[derive(Debug, Clone)]
pub struct Page {
    /// The subject line.
    pub subject: String,
    /// In plain text.
    pub text: String,
    /// As an HTML page.
    pub html: String,
}

/// Writes a page to one person, as it goes over the wire; nothing answers it (RFC 3834).
///
/// # Errors
/// Only what writing to memory can fail with.
pub(crate) fn compose(
    page: &Page,
    to: &Address,
    desk: &Desk,
    hostname: &str,
    now: Timestamp,
) -> std::io::Result<Vec<u8>> {
    let from = HeaderAddress::new_address(Some("schoolgate"), desk.from.as_str());
    let body = MimePart::new(
        "multipart/alternative",
        vec![
            MimePart::new("text/plain", page.text.clone()),
            // Lines of HTML may be long; SMTP lines may not (RFC 5321 section 4.5.3.1.6).
            MimePart::new("text/html", page.html.replace("><", ">\n<")),
        ],
    );
    MessageBuilder::new()
        .from(from)
        .to(HeaderAddress::new_address(None::<&str>, to.as_str()))
        .subject(super::one_line(&page.subject))
        .header("Date", Raw::new(header::date(now)))
        .message_id(format!("{}.page@{hostname}", now.as_microsecond()))
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header("X-Auto-Response-Suppress", Raw::new("All"))
        .body(body)
        .write_to_vec()
}
