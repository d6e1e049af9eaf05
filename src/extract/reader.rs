//! Where readers put what they find: it keeps the content, the budget and the depth of one message.
//!
//! A reader never decides what a gap means and never sees the rest of the message.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::extract::budget::Budget;
use crate::extract::content::{Attachment, Content, FileKind, Place, Table, Text};
use crate::extract::formats::{self, Format, Probe};
use crate::extract::raster::Raster;
use crate::limits::Limits;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::lock::Lock;
use crate::mail::origin::Origin;

/// A file to be read: an attachment, a member of an archive, an object inside a document.
#[derive(Clone)]
pub(super) struct File<'a> {
    /// Where it stands.
    pub(super) origin: Origin,
    /// Its name.
    pub(super) name: Option<&'a str>,
    /// What it is said to be; empty when nothing is said.
    pub(super) media_type: &'a str,
    /// The character set it is said to have.
    pub(super) charset: Option<&'a str>,
    /// Its content.
    pub(super) bytes: &'a [u8],
    /// Whether the sender could see that it is there.
    pub(super) visible: bool,
}

impl File<'_> {
    /// A file in this one, of which nothing is said but where it stands.
    pub(super) fn inner<'a>(&self, called: &str, bytes: &'a [u8]) -> File<'a> {
        File {
            origin: self.origin.within(called),
            name: None,
            media_type: "",
            charset: None,
            bytes,
            visible: self.visible,
        }
    }
}

/// Collects the content of one message.
pub(super) struct Reader<'a> {
    /// The caps.
    pub(super) limits: &'a Limits,
    /// What is left of them.
    pub(super) budget: Budget,
    content: Content,
    depth: usize,
    /// Pictures for OCR; `None` where there is none, and what only OCR could read is a gap.
    scans: Option<Vec<Scan>>,
}

/// A picture that OCR is asked to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    /// Where it stands.
    pub(super) origin: Origin,
    /// Whether the sender could see it.
    pub(super) visible: bool,
    /// Whether it is a page or a file of its own: then it is a gap where nothing can be read in it.
    pub(super) owed: bool,
    /// Its pixels.
    pub(super) raster: Raster,
}

impl<'a> Reader<'a> {
    /// An empty collection with the whole budget of a message.
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self::within(limits, Budget::new(limits))
    }

    /// An empty collection with what is left of a budget.
    pub(super) fn within(limits: &'a Limits, budget: Budget) -> Self {
        Self {
            limits,
            budget,
            content: Content::default(),
            depth: 0,
            scans: None,
        }
    }

    /// The same, with pictures kept for OCR.
    pub(super) fn with_ocr(mut self) -> Self {
        self.scans = Some(Vec::new());
        self
    }

    /// Whether pictures are read at all.
    pub(super) fn has_ocr(&self) -> bool {
        self.scans.is_some()
    }

    /// The pictures for OCR, taken out.
    pub(super) fn take_scans(&mut self) -> Vec<Scan> {
        self.scans.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Keeps a picture for OCR; where there is none, or no more is read, one that is owed is a gap.
    pub(super) fn scan(
        &mut self,
        origin: &Origin,
        visible: bool,
        owed: bool,
        raster: impl FnOnce() -> Option<Raster>,
    ) {
        let Some(scans) = &mut self.scans else {
            if owed {
                self.gap(origin, GapReason::NoOcr);
            }
            return;
        };
        let room = scans.len() < self.limits.ocr_pictures;
        match room.then(raster).flatten() {
            Some(raster) => scans.push(Scan {
                origin: origin.clone(),
                visible,
                owed,
                raster,
            }),
            None if owed => self.gap(origin, GapReason::NoTextLayer),
            None => {}
        }
    }

    /// What was collected, and what is left of the budget.
    pub(super) fn finish(self) -> (Content, Budget) {
        (self.content, self.budget)
    }

    /// Adds a piece of text unless it is blank; what exceeds the limits is cut, with a gap.
    pub(super) fn text(&mut self, origin: &Origin, place: Place, visible: bool, text: String) {
        if text.trim().is_empty() {
            return;
        }
        let allowed = self.budget.text(text.len().min(self.limits.text_per_part));
        let mut text = text;
        if allowed < text.len() {
            text.truncate(text.floor_char_boundary(allowed));
            self.gap(origin, GapReason::TooLarge);
        }
        self.content.texts.push(Text {
            origin: origin.clone(),
            place,
            visible,
            text,
        });
    }

    /// Letters of the words that stand at a place or inside it, as far as they matter: names and properties are none.
    pub(super) fn letters_within(&self, origin: &Origin) -> usize {
        let texts = self.content.texts.iter().filter(|text| {
            let words = !matches!(text.place, Place::FileName | Place::Property);
            words && text.origin.as_str().starts_with(origin.as_str())
        });
        let letters = texts
            .flat_map(|text| text.text.chars())
            .filter(|c| c.is_alphanumeric());
        letters.take(64).count()
    }

    /// Adds a table whose cells were added as text already; a single column is none.
    pub(super) fn table(&mut self, origin: &Origin, visible: bool, rows: Vec<Vec<String>>) {
        let wide = rows.iter().filter(|row| row.len() > 1).count();
        if wide < 2 {
            return;
        }
        let octets = rows.iter().flatten().map(String::len).sum();
        if self.budget.text(octets) < octets {
            self.gap(origin, GapReason::TooLarge);
            return;
        }
        self.content.tables.push(Table {
            origin: origin.clone(),
            visible,
            rows,
        });
    }

    /// Adds a gap, once for each place and reason.
    pub(super) fn gap(&mut self, origin: &Origin, reason: GapReason) {
        let gap = Gap {
            origin: origin.clone(),
            reason,
        };
        if !self.content.gaps.contains(&gap) {
            self.content.gaps.push(gap);
        }
    }

    /// Reads a file by what its content is: an attachment is listed, its text collected, its failure a gap.
    pub(super) fn file(&mut self, file: &File<'_>) {
        if let Some(name) = file.name {
            self.text(&file.origin, Place::FileName, file.visible, name.to_owned());
        }
        let format = formats::format(&Probe::new(file, self.limits));
        let listed = self.content.attachments.len();
        let kind = format.map_or(FileKind::Unknown, |format| format.kind);
        self.list(file, kind, false);
        let read = match format {
            Some(format) => self.guarded(format, file),
            None => Err(GapReason::UnknownFormat),
        };
        if let Err(reason) = read {
            self.gap(&file.origin, reason);
            let locked = reason.lock().is_some_and(|lock| lock != Lock::Partly);
            if let Some(attachment) = self.content.attachments.get_mut(listed) {
                attachment.locked = locked;
            }
        }
    }

    /// Lists a file that its container would not give out.
    pub(super) fn unread(&mut self, file: &File<'_>, reason: GapReason) {
        if let Some(name) = file.name {
            self.text(&file.origin, Place::FileName, file.visible, name.to_owned());
        }
        self.list(file, FileKind::Unknown, reason.lock().is_some());
        self.gap(&file.origin, reason);
    }

    fn list(&mut self, file: &File<'_>, kind: FileKind, locked: bool) {
        self.content.attachments.push(Attachment {
            origin: file.origin.clone(),
            name: file.name.map(str::to_owned),
            kind,
            size: file.bytes.len(),
            locked,
        });
    }

    /// One level further in; a reader that panics costs one gap.
    fn guarded(&mut self, format: &Format, file: &File<'_>) -> Result<(), GapReason> {
        if self.depth > self.limits.nesting {
            return Err(GapReason::TooDeep);
        }
        self.depth += 1;
        let read = catch_unwind(AssertUnwindSafe(|| (format.read)(file, self)));
        self.depth -= 1;
        read.unwrap_or_else(|_| {
            tracing::warn!(format = format.name, "a reader panicked; its file is a gap");
            Err(GapReason::Crashed)
        })
    }
}
