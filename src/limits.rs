//! Every cap in one struct: what a message, its parts and its reading may cost.
//!
//! A limit that is reached is a gap, never an error and never a silent pass.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Caps on one message and on the work of reading it; sizes in octets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limits {
    /// The message as it comes over SMTP; announced as `SIZE`.
    pub message: usize,
    /// The header block.
    pub header_block: usize,
    /// Header fields.
    pub header_fields: usize,
    /// MIME parts of one message.
    pub mime_parts: usize,
    /// Nesting of multiparts and attached messages.
    pub mime_depth: usize,
    /// Nesting of archives and documents in each other.
    pub nesting: usize,
    /// Members of all archives of a message together.
    pub members: usize,
    /// Octets that all containers of a message may expand to, every layer counted.
    pub expanded: usize,
    /// How many times its own size one packed file may expand to, once it is past [`Limits::ratio_from`].
    pub ratio: usize,
    /// Octets from which on the ratio counts: small files may well pack better than any limit.
    pub ratio_from: usize,
    /// Text taken from one attachment.
    pub text_per_part: usize,
    /// Text taken from one message.
    pub text_per_message: usize,
    /// Pages of one PDF.
    pub pdf_pages: usize,
    /// Glyphs of one PDF.
    pub pdf_glyphs: usize,
    /// Pictures of one message that OCR is asked to read.
    pub ocr_pictures: usize,
    /// Time for OCR of one message.
    pub time_for_ocr: Duration,
    /// Time for one attachment.
    pub time_per_part: Duration,
    /// Time for one message; also what a worker may have of the processor.
    pub time_per_message: Duration,
    /// Octets of memory that a worker may have.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            message: 35 * MIB,
            header_block: 256 * 1024,
            header_fields: 1_000,
            mime_parts: 1_000,
            mime_depth: 32,
            nesting: 6,
            members: 10_000,
            expanded: 256 * MIB,
            ratio: 1_000,
            ratio_from: 32 * MIB,
            text_per_part: 16 * MIB,
            text_per_message: 48 * MIB,
            pdf_pages: 5_000,
            pdf_glyphs: 3_000_000,
            ocr_pictures: 20,
            time_for_ocr: Duration::from_secs(25),
            time_per_part: Duration::from_secs(10),
            time_per_message: Duration::from_secs(45),
            memory: 1024 * MIB,
        }
    }
}
