//! What a message says: pieces of text with their origin, tables, attachments, and gaps.

use serde::{Deserialize, Serialize};

use crate::mail::gap::Gap;
use crate::mail::origin::Origin;

/// Everything readable in one message.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// Text, in reading order.
    pub texts: Vec<Text>,
    /// Tables whose cells are also in [`Content::texts`], kept with their columns.
    pub tables: Vec<Table>,
    /// Every attachment, archive members included.
    pub attachments: Vec<Attachment>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl Content {
    /// Whether the sender locked something in it.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let encrypted = |gap: &Gap| gap.reason.lock().is_some();
        self.attachments.iter().any(|attachment| attachment.locked)
            || self.gaps.iter().any(encrypted)
    }
}

/// One piece of text.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Where it stands.
    pub origin: Origin,
    /// What kind of place that is.
    pub place: Place,
    /// Whether the sender could see it.
    pub visible: bool,
    /// The text itself; lines end in `\n`, cells of a row are separated by `\t`.
    pub text: String,
}

/// The kind of place a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// The subject line.
    Subject,
    /// What the sender wrote.
    Body,
    /// Earlier messages quoted below it.
    Quoted,
    /// A document or file.
    Attachment,
    /// A header or footer line of a document.
    Margin,
    /// A document property, label or metadata field.
    Property,
    /// The name of a file.
    FileName,
}

/// One table; the first row that has words in most cells is its header.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// Where it stands.
    pub origin: Origin,
    /// Whether the sender could see it.
    pub visible: bool,
    /// Rows of cells, as they are written.
    pub rows: Vec<Vec<String>>,
}

/// One attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Where it stands.
    pub origin: Origin,
    /// Its file name.
    pub name: Option<String>,
    /// What it is, by its content.
    pub kind: FileKind,
    /// Size in octets.
    pub size: usize,
    /// Protected with a password or key.
    pub locked: bool,
}

/// What a file is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// Text, office document, PDF: something with words in it.
    Document,
    /// A photograph, logo or drawing.
    Picture,
    /// Sound or film.
    Recording,
    /// A container of other files.
    Archive,
    /// An attached message.
    Message,
    /// A signature, calendar entry or report of a machine.
    Machine,
    /// Anything else.
    Unknown,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Text({}, {:?}, visible {}, {} octets)",
            self.origin,
            self.place,
            self.visible,
            self.text.len()
        )
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Table({}, visible {}, {} rows)",
            self.origin,
            self.visible,
            self.rows.len()
        )
    }
}
