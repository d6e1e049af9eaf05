//! The properties of an Outlook message (MS-OXPROPS), and how such a message is read.

use crate::extract::charset;
use crate::extract::content::Place;
use crate::extract::reader::{File, Reader};
use crate::extract::{body, rtf};
use crate::mail::origin::Origin;
use crate::parse::message::Flow;

/// `PidTagSubject`.
pub(super) const SUBJECT: u16 = 0x0037;
/// `PidTagBody`.
pub(super) const BODY: u16 = 0x1000;
/// `PidTagRtfCompressed`.
pub(super) const RTF: u16 = 0x1009;
/// `PidTagHtml`.
pub(super) const HTML: u16 = 0x1013;
/// `PidTagAttachDataBinary`.
pub(super) const DATA: u16 = 0x3701;
/// `PidTagAttachFilename`.
pub(super) const SHORT_NAME: u16 = 0x3704;
/// `PidTagAttachLongFilename`.
pub(super) const LONG_NAME: u16 = 0x3707;

/// `PidTagDisplayName`, which an attached message has instead of a file name.
pub(super) const DISPLAY_NAME: u16 = 0x3001;

/// What a message says.
#[derive(Debug, Default)]
pub(super) struct Letter {
    /// Its subject.
    pub(super) subject: String,
    /// Its plain body.
    pub(super) body: String,
    /// Its HTML body, in its own character set.
    pub(super) html: Vec<u8>,
    /// Its rich text, compressed.
    pub(super) rtf: Vec<u8>,
}

impl Letter {
    /// Takes a property; `wide` says that text is UTF-16.
    pub(super) fn take(&mut self, property: u16, wide: bool, bytes: &[u8]) {
        match property {
            SUBJECT => self.subject = text(wide, bytes),
            BODY => self.body = text(wide, bytes),
            HTML => self.html = bytes.to_vec(),
            RTF => self.rtf = bytes.to_vec(),
            _ => {}
        }
    }

    /// Reads the subject and every body: programs differ in which one they show.
    pub(super) fn give(self, file: &File<'_>, reader: &mut Reader<'_>) {
        let origin = file.origin.within("subject");
        reader.text(&origin, Place::Subject, file.visible, self.subject);
        let part = |bytes| File {
            origin: within_body(&file.origin),
            name: None,
            media_type: "",
            charset: None,
            bytes,
            visible: file.visible,
        };
        body::plain(&part(self.body.as_bytes()), Flow::Fixed, reader);
        if !self.html.is_empty() {
            body::html(&part(&self.html), reader);
        }
        if self.body.is_empty() && self.html.is_empty() && !self.rtf.is_empty() {
            match rtf::decompressed(&self.rtf, reader) {
                Ok(rich) => rtf::give(
                    &rich,
                    &within_body(&file.origin),
                    Place::Body,
                    file.visible,
                    reader,
                ),
                Err(reason) => reader.gap(&within_body(&file.origin), reason),
            }
        }
    }
}

fn within_body(origin: &Origin) -> Origin {
    origin.within("body")
}

/// A text property: UTF-16, or octets in a Western set.
pub(super) fn text(wide: bool, bytes: &[u8]) -> String {
    let text = if wide {
        encoding_rs::UTF_16LE
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()
    } else {
        charset::decode(bytes, Some("windows-1252"))
    };
    text.trim_end_matches('\0').replace("\r\n", "\n")
}
