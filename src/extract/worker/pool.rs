//! Workers started ahead of need, and a message read with as many of them as it breaks.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::extract::content::{Attachment, Content, FileKind, Place, Text};
use crate::extract::letter;
use crate::extract::reader::Reader;
use crate::extract::worker::clock;
use crate::extract::worker::job::{End, Job, Worker};
use crate::extract::worker::ocr::Ocr;
use crate::extract::worker::sandbox::Rights;
use crate::extract::worker::wire::Request;
use crate::limits::Limits;
use crate::mail::gap::{Gap, GapReason};
use crate::parse::message::{Message, Part};

/// After so many deaths the rest of a message is not tried any more.
const MOST_DEATHS: usize = 4;

/// A few idle workers.
#[derive(Debug)]
pub struct Pool {
    program: PathBuf,
    rights: Rights,
    idle: Mutex<Vec<Worker>>,
    missing: Vec<String>,
    ocr: Option<Ocr>,
}

/// No worker could be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start `{program}` as a worker")]
pub struct StartError {
    /// The program.
    pub program: PathBuf,
    /// Why not.
    #[source]
    pub source: std::io::Error,
}

impl Pool {
    /// Starts `size` workers of `program`, which is this program in another process, with the memory and time of
    /// `limits`.
    ///
    /// # Errors
    /// The first of them does not start or does not answer.
    pub fn start(program: PathBuf, size: usize, limits: &Limits) -> Result<Self, StartError> {
        let rights = Rights::of(limits);
        let failed = |source| StartError {
            program: program.clone(),
            source,
        };
        let mut first = Worker::start(&program, rights).map_err(failed)?;
        let missing = first.greet().map_err(failed)?;
        let others: std::io::Result<Vec<Worker>> =
            (1..size).map(|_| Worker::start(&program, rights)).collect();
        let mut idle = others.map_err(failed)?;
        idle.push(first);
        Ok(Self {
            program,
            rights,
            idle: Mutex::new(idle),
            missing,
            ocr: None,
        })
    }

    /// The same pool, with scans and pictures read by OCR where there is one.
    #[must_use]
    pub fn with_ocr(mut self, ocr: Option<Ocr>) -> Self {
        self.ocr = ocr;
        self
    }

    /// The mechanisms of the sandbox that the kernel lacks: to be reported at start.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Reads a message part by part; each part that breaks its worker is a gap.
    pub(super) fn content(&self, message: &Message, raw: &[u8], limits: &Limits) -> Content {
        let mut reader = Reader::new(limits);
        letter::envelope(message, None, &mut reader);
        let (mut content, mut budget) = reader.finish();
        let until = clock::now() + limits.time_per_message;
        let mut scans = Vec::new();
        let mut next = 0;
        let mut deaths = 0;
        let mut reason = GapReason::Crashed;
        while next < message.parts.len() && deaths < MOST_DEATHS {
            let job = Job {
                raw,
                request: Request {
                    first: next,
                    limits: limits.clone(),
                    budget: budget.clone(),
                    ocr: self.ocr.is_some(),
                },
                parts: message.parts.len() - next,
                until,
            };
            let Some(worker) = self.worker() else {
                break;
            };
            let end = worker.read(&job, &mut |read, left, found| {
                next += 1;
                budget = left;
                append(&mut content, read);
                scans.extend(found);
            });
            match end {
                End::Done => {}
                End::Stillborn => deaths += 1,
                End::Broken(cause) => {
                    deaths += 1;
                    reason = cause;
                    tracing::warn!(
                        reason = reason.as_str(),
                        "a worker was lost; the part it read is a gap"
                    );
                    if let Some(part) = message.parts.get(next) {
                        unread(&mut content, part, reason);
                    }
                    next += 1;
                }
            }
        }
        for part in message.parts.iter().skip(next) {
            unread(&mut content, part, reason);
        }
        if let Some(ocr) = &self.ocr {
            let until = until.min(clock::now() + limits.time_for_ocr);
            let most = (limits.ocr_pictures, until);
            ocr.read(&self.program, scans, most, &mut content);
        }
        content
    }

    /// An idle worker, and another one started in its place.
    fn worker(&self) -> Option<Worker> {
        let idle = self.idle().pop();
        let fresh = Worker::start(&self.program, self.rights).ok();
        match idle {
            Some(worker) => {
                self.idle().extend(fresh);
                Some(worker)
            }
            None => fresh,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn append(content: &mut Content, read: Content) {
    content.texts.extend(read.texts);
    content.tables.extend(read.tables);
    content.attachments.extend(read.attachments);
    content.gaps.extend(read.gaps);
}

/// A part that broke its reader: its name and size are known, and that it was not read.
fn unread(content: &mut Content, part: &Part, reason: GapReason) {
    if let Some(name) = &part.name {
        content.texts.push(Text {
            origin: part.origin.clone(),
            place: Place::FileName,
            visible: true,
            text: name.clone(),
        });
    }
    content.attachments.push(Attachment {
        origin: part.origin.clone(),
        name: part.name.clone(),
        kind: FileKind::Unknown,
        size: part.bytes.len(),
        locked: false,
    });
    content.gaps.push(Gap {
        origin: part.origin.clone(),
        reason,
    });
}
