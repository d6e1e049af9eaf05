//! A message as its reader opens it: subject, header properties, body, attachments.
//!
//! An attached message is read the same way, its origin inside the attachment.

use crate::extract::body;
use crate::extract::content::Place;
use crate::extract::reader::{File, Reader};
use crate::mail::origin::Origin;
use crate::parse::message::{Headers, Message, Part, PartRole};

/// Reads a message; `outer` is the attachment it stands in, if any.
pub(super) fn read(message: &Message, outer: Option<&Origin>, reader: &mut Reader<'_>) {
    envelope(message, outer, reader);
    for one in &message.parts {
        part(one, outer, reader);
    }
}

/// Reads what a message says outside its parts, and what was wrong with it.
pub(super) fn envelope(message: &Message, outer: Option<&Origin>, reader: &mut Reader<'_>) {
    headers(&message.headers, outer, reader);
    for gap in &message.gaps {
        reader.gap(&nested(outer, &gap.origin), gap.reason);
    }
}

/// Reads one part.
pub(super) fn part(part: &Part, outer: Option<&Origin>, reader: &mut Reader<'_>) {
    let origin = nested(outer, &part.origin);
    match part.role {
        PartRole::Body => text_or_file(part, origin, true, reader),
        PartRole::Inline | PartRole::Attachment => reader.file(&file(part, origin, true)),
        PartRole::Stray => text_or_file(part, origin, false, reader),
    }
}

fn nested(outer: Option<&Origin>, origin: &Origin) -> Origin {
    outer.map_or_else(|| origin.clone(), |outer| outer.within(origin.as_str()))
}

fn headers(headers: &Headers, outer: Option<&Origin>, reader: &mut Reader<'_>) {
    let subject = nested(outer, &Origin::new("subject"));
    reader.text(&subject, Place::Subject, true, headers.subject.clone());
    let origin = nested(outer, &Origin::new("header"));
    for name in [
        "Sensitivity",
        "msip_labels",
        "Keywords",
        "Comments",
        "X-Protective-Marking",
    ] {
        for value in headers.all(name) {
            reader.text(&origin, Place::Property, false, format!("{name}: {value}"));
        }
    }
}

/// Text parts are read as a body; whatever else stands where a body should is a file.
fn text_or_file(part: &Part, origin: Origin, visible: bool, reader: &mut Reader<'_>) {
    let file = file(part, origin, visible);
    match part.media_type.as_str() {
        "text/plain" => body::plain(&file, part.flow, reader),
        "text/html" => body::html(&file, reader),
        _ => reader.file(&file),
    }
}

fn file(part: &Part, origin: Origin, visible: bool) -> File<'_> {
    File {
        origin,
        name: part.name.as_deref(),
        media_type: &part.media_type,
        charset: part.charset.as_deref(),
        bytes: &part.bytes,
        visible,
    }
}
