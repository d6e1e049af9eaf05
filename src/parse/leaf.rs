//! A leaf of the structure as a [`Part`]: its role, its name, its octets in both readings.

use crate::mail::gap::{Gap, GapReason};
use crate::mail::origin::Origin;
use crate::parse::decode::Encoding;
use crate::parse::message::{Flow, Message, Part, PartRole};
use crate::parse::split::{Leaf, Parent};
use crate::parse::stray::{self, Found};

/// Adds a leaf to the message, what its second reading finds, and a gap where the two disagree.
pub(super) fn add(message: &mut Message, raw: &[u8], leaf: Leaf) {
    let body = raw.get(leaf.body.clone()).unwrap_or_default();
    let (bytes, found) = stray::both_readings(body, &leaf.media);
    let media_type = media_type(&leaf);
    let role = role(&leaf, &media_type);
    let origin = origin(role, leaf.media.name.as_deref(), &media_type);
    if leaf.media.is_multipart() {
        add_undivided(message, &leaf, origin, bytes);
        return;
    }
    let malformed = leaf.media.conflict || found.iter().any(|one| one.disagrees);
    if malformed {
        message.gaps.push(Gap {
            origin: origin.clone(),
            reason: GapReason::Malformed,
        });
    }
    message.parts.push(Part {
        origin: origin.clone(),
        role,
        media_type,
        charset: leaf.media.charset,
        flow: leaf.media.flow,
        name: leaf.media.name,
        bytes,
    });
    for one in found {
        message.parts.push(second(&origin, one));
    }
}

/// Adds octets that stand outside every part.
pub(super) fn add_stray(message: &mut Message, piece: &[u8]) {
    let origin = Origin::new("body").within("text outside its parts");
    if stray::is_hidden_part(piece) {
        message.gaps.push(Gap {
            origin: origin.clone(),
            reason: GapReason::Malformed,
        });
    }
    for found in stray::besides(piece) {
        message.parts.push(second(&origin, found));
    }
    message.parts.push(text(origin, piece.to_vec()));
}

/// A multipart in which no delimiter stands: its text, and, where it is encoded as a whole, the message inside.
///
/// Bounces are full of them: they return the header of a message and none or little of its body.
fn add_undivided(message: &mut Message, leaf: &Leaf, origin: Origin, bytes: Vec<u8>) {
    let is_encoded = leaf
        .media
        .encodings
        .iter()
        .any(|encoding| *encoding != Encoding::Identity);
    if bytes.trim_ascii().is_empty() {
        return;
    }
    if is_encoded || stray::is_hidden_part(&bytes) {
        message.gaps.push(Gap {
            origin: origin.clone(),
            reason: GapReason::Malformed,
        });
    }
    if !is_encoded {
        for found in stray::besides(&bytes) {
            message.parts.push(second(&origin, found));
        }
        message.parts.push(text(origin, bytes));
        return;
    }
    let mut inner = b"Content-Type: multipart/mixed\r\n\r\n".to_vec();
    inner.extend_from_slice(&bytes);
    message.parts.push(Part {
        media_type: "message/rfc822".to_owned(),
        ..text(origin, inner)
    });
}

fn second(origin: &Origin, found: Found) -> Part {
    let step = found.name.as_deref().unwrap_or("second reading");
    Part {
        name: found.name.clone(),
        media_type: "application/octet-stream".to_owned(),
        ..text(origin.within(step), found.bytes)
    }
}

fn text(origin: Origin, bytes: Vec<u8>) -> Part {
    Part {
        origin,
        role: PartRole::Stray,
        media_type: "text/plain".to_owned(),
        charset: None,
        flow: Flow::Fixed,
        name: None,
        bytes,
    }
}

fn media_type(leaf: &Leaf) -> String {
    let default = match leaf.parent {
        Parent::Digest => "message/rfc822",
        Parent::Message | Parent::Alternative | Parent::Related | Parent::Mixed => "text/plain",
    };
    leaf.media
        .kind
        .clone()
        .unwrap_or_else(|| default.to_owned())
}

/// What the reader sees of a part, as common mail programs agree on it.
fn role(leaf: &Leaf, media_type: &str) -> PartRole {
    let is_text = media_type.starts_with("text/");
    let alone = leaf.parent == Parent::Message && is_text;
    let nameless = leaf.media.name.is_none() || leaf.parent == Parent::Alternative;
    if leaf.media.is_multipart() {
        PartRole::Body
    } else if leaf.media.attached && !alone {
        PartRole::Attachment
    } else if is_text && (alone || nameless) {
        PartRole::Body
    } else if media_type.starts_with("image/")
        && (leaf.media.embedded || leaf.parent == Parent::Related)
    {
        PartRole::Inline
    } else {
        PartRole::Attachment
    }
}

fn origin(role: PartRole, name: Option<&str>, media_type: &str) -> Origin {
    match (role, name) {
        (PartRole::Body | PartRole::Stray, _) => Origin::new("body"),
        (PartRole::Inline | PartRole::Attachment, Some(name)) => {
            Origin::new(&format!("attachment {name}"))
        }
        (PartRole::Inline | PartRole::Attachment, None) if media_type == "message/rfc822" => {
            Origin::new("attached message")
        }
        (PartRole::Inline | PartRole::Attachment, None) => {
            Origin::new(&format!("attachment without a name ({media_type})"))
        }
    }
}
