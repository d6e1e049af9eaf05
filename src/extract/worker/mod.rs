//! Reading in worker processes: what a hostile file breaks is a process without rights, and costs one gap.
//!
//! A worker is this program again, started ahead of need. Before it is handed its first octet it gives up files,
//! network, new processes and most of the kernel; it reads one message, part by part, and ends, so that nothing of
//! one message is in the memory of the next. One that dies, hangs or runs out of memory is replaced, and the message
//! goes on with the part after the one that broke it.
//!
//! Plain text and HTML need no worker: their readers are ours and take linear time.

mod clock;
mod inside;
mod job;
pub mod ocr;
mod pool;
mod sandbox;
mod wire;

pub use inside::serve;
pub use pool::{Pool, StartError};
pub use sandbox::Rights;

use crate::extract;
use crate::extract::content::Content;
use crate::limits::Limits;
use crate::parse::message::{Message, PartRole};

/// Whether every part is plain text or HTML that is read in process.
#[must_use]
pub fn is_simple(message: &Message) -> bool {
    message.parts.iter().all(|part| {
        let is_text = ["text/plain", "text/html"].contains(&part.media_type.as_str());
        is_text && matches!(part.role, PartRole::Body | PartRole::Stray)
    })
}

/// Reads everything readable in a message, in a worker where it has more than plain text and HTML.
///
/// `raw` is the message as octets, from which `message` was taken apart.
#[must_use]
pub fn content(pool: &Pool, message: &Message, raw: &[u8], limits: &Limits) -> Content {
    if is_simple(message) {
        return extract::content(message, limits);
    }
    pool.content(message, raw, limits)
}
