//! OCR by Tesseract, a program of its own: it gets a plain grey picture and gives text.
//!
//! The worker that decodes a picture has given up starting programs, and Tesseract needs libraries and a model from
//! the disk, so it cannot run there: the serving process starts it, handing on pixels the worker decoded, never a file.
//! Before it becomes Tesseract, the child is this program under `ocr-worker`, and gives up what Tesseract does not
//! need: network, writing, other programs' files, new privileges, and more memory and time than a page takes.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::extract::content::{Content, Place, Text};
use crate::extract::raster::Raster;
use crate::extract::reader::Scan;
use crate::extract::worker::{clock, sandbox};
use crate::mail::gap::{Gap, GapReason};

/// The hidden subcommand under which this program becomes Tesseract.
const SUBCOMMAND: &str = "ocr-worker";

/// Text of one picture, in octets.
const MOST_TEXT: u64 = 1 << 20;

/// Where Tesseract is and what it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocr {
    /// The program.
    pub program: PathBuf,
    /// Its languages, joined by `+`.
    pub language: String,
}

/// Fewer letters than this in a picture are noise.
const FEWEST_LETTERS: usize = 8;

impl Ocr {
    /// Has at most so many pictures read until a time, pages and files first; what is owed and gives no text is a gap.
    pub(super) fn read(
        &self,
        own_program: &Path,
        mut scans: Vec<Scan>,
        (most, until): (usize, Instant),
        content: &mut Content,
    ) {
        scans.sort_by_key(|scan| !scan.owed);
        for (place, scan) in scans.into_iter().enumerate() {
            let left = until.saturating_duration_since(clock::now());
            let read = (place < most && !left.is_zero())
                .then(|| text(self, own_program, scan.raster, left))
                .flatten();
            let is_text = |text: &String| {
                text.chars().filter(|c| c.is_alphanumeric()).count() >= FEWEST_LETTERS
            };
            match read.filter(is_text) {
                Some(text) => content.texts.push(Text {
                    origin: scan.origin.at("read by OCR"),
                    place: Place::Attachment,
                    visible: scan.visible,
                    text,
                }),
                None if scan.owed => content.gaps.push(Gap {
                    origin: scan.origin,
                    reason: GapReason::NoTextLayer,
                }),
                None => {}
            }
        }
    }
}

/// Reads a picture within a time; `None` where that failed.
fn text(ocr: &Ocr, own_program: &Path, raster: Raster, most: Duration) -> Option<String> {
    let mut child = Command::new(own_program)
        .arg(SUBCOMMAND)
        .arg(&ocr.program)
        .arg(&ocr.language)
        .env_clear()
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut input, output) = child.stdin.take().zip(child.stdout.take())?;
    let child = Mutex::new(child);
    let (done, watched) = mpsc::channel::<()>();
    let read = std::thread::scope(|scope| {
        let watchdog = scope.spawn({
            let child = &child;
            move || {
                if watched.recv_timeout(most) == Err(RecvTimeoutError::Timeout) {
                    end(child);
                }
            }
        });
        let file = raster.into_file();
        // A child that reads nothing breaks the pipe, and then gives no text either.
        scope.spawn(move || input.write_all(&file));
        let mut text = Vec::new();
        let read = std::io::copy(&mut output.take(MOST_TEXT), &mut text);
        drop(done);
        let _ = watchdog.join();
        read.ok().map(|_| text)
    });
    let ended = child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    let succeeded = ended.is_ok_and(|status| status.success());
    read.filter(|_| succeeded)
        .map(|text| String::from_utf8_lossy(&text).into_owned())
}

fn end(child: &Mutex<Child>) {
    // It may have ended by itself.
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// The child's side: gives up its rights and becomes Tesseract; returns only where that failed.
///
/// # Errors
/// Tesseract is not there, or a right could not be given up.
#[must_use]
pub fn become_tesseract(ocr: &Ocr) -> std::io::Error {
    if let Err(missing) = sandbox::enter_for_ocr(&ocr.program) {
        return std::io::Error::other(format!("this kernel does not enforce {missing}"));
    }
    Command::new(&ocr.program)
        .args(["stdin", "stdout", "-l"])
        .arg(&ocr.language)
        .args(["--psm", "3"])
        .exec()
}
