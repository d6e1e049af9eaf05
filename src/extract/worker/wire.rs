//! What goes through the pipes: a request, and a frame of content for each part.
//!
//! Every frame is its length in eight octets and JSON. The worker is not trusted: lengths are bounded and what does
//! not parse is a death.

use std::io::{Error, ErrorKind, Read, Result, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::extract::budget::Budget;
use crate::extract::content::{Attachment, Content, FileKind, Place, Table, Text};
use crate::extract::raster::Raster;
use crate::extract::reader::Scan;
use crate::limits::Limits;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::origin::Origin;

/// What a worker says when it has given up its rights.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    /// Mechanisms that the kernel lacks or enforces in part only; empty is as it should be.
    pub(super) missing: Vec<String>,
}

/// What a worker is asked; the octets of the message follow in a frame of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// The first part to read.
    pub(super) first: usize,
    /// The caps.
    pub(super) limits: Limits,
    /// What is left of them for this message.
    pub(super) budget: Budget,
    /// Whether pictures are kept for OCR.
    pub(super) ocr: bool,
}

/// The content of one part, and what is left of the budget after it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Frame {
    texts: Vec<(String, Place, bool, String)>,
    tables: Vec<(String, bool, Vec<Vec<String>>)>,
    attachments: Vec<(String, Option<String>, FileKind, usize, bool)>,
    gaps: Vec<(String, GapReason)>,
    left: Budget,
    /// Pictures for OCR: where, whether seen, whether owed, width and height; their pixels follow, a frame each.
    scans: Vec<(String, bool, bool, u32, u32)>,
}

/// Pixels of one picture for OCR.
const MOST_PIXELS: usize = 8 << 20;

impl Frame {
    /// Says which pictures follow.
    pub(super) fn announce(&mut self, scans: &[Scan]) {
        let head = |scan: &Scan| {
            let (origin, raster) = (scan.origin.as_str().to_owned(), &scan.raster);
            (origin, scan.visible, scan.owed, raster.width, raster.height)
        };
        self.scans = scans.iter().map(head).collect();
    }

    /// Receives the pictures that were announced.
    ///
    /// # Errors
    /// There are more than `most` of them, or their pixels are not as announced.
    pub(super) fn scans(&self, pipe: &mut dyn Read, most: usize) -> Result<Vec<Scan>> {
        if self.scans.len() > most {
            return Err(Error::from(ErrorKind::InvalidData));
        }
        let mut scans = Vec::new();
        for (origin, visible, owed, width, height) in &self.scans {
            let pixels = receive_octets(pipe, MOST_PIXELS)?;
            let raster = Raster::new(*width, *height, pixels);
            scans.push(Scan {
                origin: Origin::whole(origin),
                visible: *visible,
                owed: *owed,
                raster: raster.ok_or_else(|| Error::from(ErrorKind::InvalidData))?,
            });
        }
        Ok(scans)
    }

    /// Packs content for the pipe.
    pub(super) fn pack(content: Content, left: Budget) -> Self {
        let origin = |origin: &Origin| origin.as_str().to_owned();
        Self {
            texts: content
                .texts
                .into_iter()
                .map(|text| (origin(&text.origin), text.place, text.visible, text.text))
                .collect(),
            tables: content
                .tables
                .into_iter()
                .map(|table| (origin(&table.origin), table.visible, table.rows))
                .collect(),
            attachments: content
                .attachments
                .into_iter()
                .map(|one| {
                    (
                        origin(&one.origin),
                        one.name,
                        one.kind,
                        one.size,
                        one.locked,
                    )
                })
                .collect(),
            gaps: content
                .gaps
                .into_iter()
                .map(|gap| (origin(&gap.origin), gap.reason))
                .collect(),
            left,
            scans: Vec::new(),
        }
    }

    /// The content that came through the pipe.
    pub(super) fn open(self) -> (Content, Budget) {
        let frame = self;
        let texts = frame
            .texts
            .into_iter()
            .map(|(origin, place, visible, text)| Text {
                origin: Origin::whole(&origin),
                place,
                visible,
                text,
            });
        let tables = frame
            .tables
            .into_iter()
            .map(|(origin, visible, rows)| Table {
                origin: Origin::whole(&origin),
                visible,
                rows,
            });
        let attachments =
            frame
                .attachments
                .into_iter()
                .map(|(origin, name, kind, size, locked)| Attachment {
                    origin: Origin::whole(&origin),
                    name,
                    kind,
                    size,
                    locked,
                });
        let gaps = frame.gaps.into_iter().map(|(origin, reason)| Gap {
            origin: Origin::whole(&origin),
            reason,
        });
        let content = Content {
            texts: texts.collect(),
            tables: tables.collect(),
            attachments: attachments.collect(),
            gaps: gaps.collect(),
        };
        (content, frame.left)
    }
}

/// Sends a value as JSON.
pub(super) fn send(pipe: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    send_octets(pipe, &serde_json::to_vec(value)?)
}

/// Sends octets.
pub(super) fn send_octets(pipe: &mut dyn Write, octets: &[u8]) -> Result<()> {
    pipe.write_all(&(octets.len() as u64).to_le_bytes())?;
    pipe.write_all(octets)?;
    pipe.flush()
}

/// Receives a value of at most `most` octets.
pub(super) fn receive<T: DeserializeOwned>(pipe: &mut dyn Read, most: usize) -> Result<T> {
    Ok(serde_json::from_slice(&receive_octets(pipe, most)?)?)
}

/// Receives a frame of at most `most` octets, and says how many it had.
pub(super) fn receive_frame(pipe: &mut dyn Read, most: usize) -> Result<(Frame, usize)> {
    let octets = receive_octets(pipe, most)?;
    Ok((serde_json::from_slice(&octets)?, octets.len()))
}

/// Receives at most `most` octets.
pub(super) fn receive_octets(pipe: &mut dyn Read, most: usize) -> Result<Vec<u8>> {
    let mut length = [0; 8];
    pipe.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if usize::try_from(length).is_ok_and(|length| length <= most) {
        let mut octets = Vec::new();
        std::io::copy(&mut pipe.take(length), &mut octets)?;
        if octets.len() as u64 == length {
            return Ok(octets);
        }
        return Err(Error::from(ErrorKind::UnexpectedEof));
    }
    Err(Error::from(ErrorKind::InvalidData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_through_a_pipe_whole() {
        let content = Content {
            texts: vec![Text {
                origin: Origin::new("attachment a.zip").within("b.csv").at("row 1"),
                place: Place::Attachment,
                visible: false,
                text: "Zoë\t\"x\"\n".to_owned(),
            }],
            gaps: vec![Gap {
                origin: Origin::new("body"),
                reason: GapReason::Malformed,
            }],
            ..Content::default()
        };
        let mut pipe = Vec::new();
        let left = Budget::new(&Limits::default());
        send(&mut pipe, &Frame::pack(content.clone(), left)).unwrap();
        let (frame, octets) = receive_frame(&mut pipe.as_slice(), 1_000).unwrap();
        assert_eq!(octets + 8, pipe.len());
        let (back, _) = frame.open();
        assert_eq!((back.texts, back.gaps), (content.texts, content.gaps));
    }

    #[test]
    fn a_worker_cannot_claim_more_than_there_is() {
        let huge = u64::MAX.to_le_bytes();
        assert!(receive_octets(&mut huge.as_slice(), 1_000).is_err());
        let mut short = 9_u64.to_le_bytes().to_vec();
        short.push(b'x');
        assert!(receive_octets(&mut short.as_slice(), 1_000).is_err());
    }
}
