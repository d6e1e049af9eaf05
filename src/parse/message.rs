//! A message taken apart: headers, leaf parts, and what was malformed.

use crate::mail::address::Address;
use crate::mail::gap::Gap;
use crate::mail::origin::Origin;

/// One message, as its MIME structure says it is.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The header block, in order.
    pub headers: Headers,
    /// Every leaf, in order; an attached message is one leaf of type `message/rfc822`.
    pub parts: Vec<Part>,
    /// What could not be taken apart, or is read differently by different programs.
    pub gaps: Vec<Gap>,
}

/// One leaf of the MIME tree, its transfer encoding undone.
#[derive(Clone)]
pub struct Part {
    /// `body`, or `attachment NAME`.
    pub origin: Origin,
    /// What the part is to the reader.
    pub role: PartRole,
    /// Media type in lower case without parameters, such as `text/html`.
    pub media_type: String,
    /// Character set as declared, in lower case.
    pub charset: Option<String>,
    /// Whether its lines are wrapped, as declared.
    pub flow: Flow,
    /// File name, decoded (RFC 2047, RFC 2231).
    pub name: Option<String>,
    /// The content; for text parts still in its own character set.
    pub bytes: Vec<u8>,
}

/// Whether the line ends of a plain text are its writer's (RFC 3676).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Flow {
    /// Every line end was meant.
    #[default]
    Fixed,
    /// `format=flowed`: a line that ends in a space goes on in the next one.
    Flowed,
    /// `format=flowed; delsp=yes`: the same, and that space is not part of the text.
    FlowedWithoutSpace,
}

/// What a part is to the person who opens the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartRole {
    /// Read in the window of the message itself.
    Body,
    /// Shown inside the body, such as a logo.
    Inline,
    /// Opened by itself.
    Attachment,
    /// Found only by the lenient second reading: preamble, epilogue, a leaf whose encoding is not what it says.
    Stray,
}

/// The header block.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    /// Every field in order, unfolded, encoded words decoded.
    pub fields: Vec<Field>,
    /// `From`.
    pub from: Vec<Mailbox>,
    /// `Sender`.
    pub sender: Option<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Vec<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// `Bcc`, as some programs keep it in the sender's own copy.
    pub bcc: Vec<Mailbox>,
    /// `Subject`, decoded; empty when missing.
    pub subject: String,
    /// `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
}

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name as written.
    pub name: String,
    /// Value, unfolded and decoded.
    pub value: String,
}

/// One address of an address field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Display name, decoded.
    pub name: Option<String>,
    /// The address, where it is one.
    pub address: Option<Address>,
}

impl Headers {
    /// Values of every field of this name, case ignored, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }

    /// Value of the first field of this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Part({}, {:?}, {}, {} octets)",
            self.origin,
            self.role,
            self.media_type,
            self.bytes.len()
        )
    }
}
