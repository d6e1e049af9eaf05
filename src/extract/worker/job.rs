//! One worker process: started, asked once, watched, ended.

use std::io::{Error, ErrorKind, Result};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::extract::budget::Budget;
use crate::extract::content::Content;
use crate::extract::reader::Scan;
use crate::extract::worker::clock;
use crate::extract::worker::sandbox::Rights;
use crate::extract::worker::wire::{self, Hello, Request};
use crate::mail::gap::GapReason;

/// The hidden subcommand under which this program is a worker.
const SUBCOMMAND: &str = "extract-worker";

/// A worker that waits for its message.
#[derive(Debug)]
pub(super) struct Worker {
    process: Process,
    requests: ChildStdin,
    answers: ChildStdout,
    greeted: bool,
}

/// A child that does not outlive its owner, and leaves no dead entry in the table of processes.
#[derive(Debug)]
struct Process(Child);

/// What a worker is to read, and until when.
pub(super) struct Job<'a> {
    /// The message as octets.
    pub(super) raw: &'a [u8],
    /// Where to begin, with which caps.
    pub(super) request: Request,
    /// How many parts there are from there on.
    pub(super) parts: usize,
    /// When the message has had its time.
    pub(super) until: Instant,
}

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It read every part.
    Done,
    /// It was dead before it was handed the message.
    Stillborn,
    /// It was killed for taking too long, or died over a part.
    Broken(GapReason),
}

impl Worker {
    /// Starts a worker with an empty environment.
    pub(super) fn start(program: &Path, rights: Rights) -> Result<Self> {
        let mut child = Command::new(program)
            .arg(SUBCOMMAND)
            .args([rights.memory.to_string(), rights.seconds.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let process = Process(child);
        let (requests, answers) = pipes.ok_or_else(|| Error::from(ErrorKind::BrokenPipe))?;
        Ok(Self {
            process,
            requests,
            answers,
            greeted: false,
        })
    }

    /// Waits until it has given up its rights; what it lacks to be a sandbox.
    pub(super) fn greet(&mut self) -> Result<Vec<String>> {
        self.greeted = true;
        let hello: Hello = wire::receive(&mut self.answers, 4_096)?;
        Ok(hello.missing)
    }

    /// Has the parts from the first asked for read; `take` gets the content of each in order, and what is left.
    ///
    /// No part may take longer than the limit for one; the worker is gone afterwards.
    pub(super) fn read(
        self,
        job: &Job<'_>,
        take: &mut dyn FnMut(Content, Budget, Vec<Scan>),
    ) -> End {
        let Self {
            process,
            mut requests,
            mut answers,
            greeted,
        } = self;
        let process = Mutex::new(process);
        let (progress, watched) = mpsc::channel();
        let mut received = 0;
        let (asked, timed_out) = std::thread::scope(|scope| {
            let owned = &process;
            let watchdog = scope.spawn(move || watch(&watched, job, owned));
            let asked = ask(&mut requests, &mut answers, greeted, job);
            let mut most = most_answered(job);
            while asked.is_ok() && received < job.parts {
                let Ok((frame, octets)) = wire::receive_frame(&mut answers, most) else {
                    break;
                };
                most = most.saturating_sub(octets);
                let Ok(scans) = frame.scans(&mut answers, job.request.limits.ocr_pictures) else {
                    break;
                };
                let (content, left) = frame.open();
                take(content, left, scans);
                received += 1;
                // The watchdog has gone only after it killed the worker, and then the next frame fails.
                let _ = progress.send(());
            }
            drop(progress);
            (asked.is_ok(), watchdog.join().unwrap_or(false))
        });
        let process = process.into_inner().unwrap_or_else(PoisonError::into_inner);
        let status = { process }.end();
        match (received == job.parts, timed_out, asked) {
            (true, ..) => End::Done,
            (false, true, _) => End::Broken(GapReason::TimedOut),
            (false, false, false) => End::Stillborn,
            (false, false, true) => End::Broken(cause(status)),
        }
    }
}

/// Octets that everything a worker answers may have: its text as JSON, and the names around it.
fn most_answered(job: &Job<'_>) -> usize {
    let text = job.request.limits.text_per_message;
    text.saturating_mul(4).saturating_add(1 << 24)
}

fn ask(
    requests: &mut ChildStdin,
    answers: &mut ChildStdout,
    greeted: bool,
    job: &Job<'_>,
) -> Result<()> {
    if !greeted {
        wire::receive::<Hello>(answers, 4_096)?;
    }
    wire::send(requests, &job.request)?;
    wire::send_octets(requests, job.raw)
}

/// Kills the worker when nothing comes for too long; whether it had to.
fn watch(progress: &Receiver<()>, job: &Job<'_>, process: &Mutex<Process>) -> bool {
    loop {
        let left = job.until.saturating_duration_since(clock::now());
        match progress.recv_timeout(left.min(job.request.limits.time_per_part)) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => {
                process.lock().unwrap_or_else(PoisonError::into_inner).end();
                return true;
            }
        }
    }
}

/// A worker that used up its processor time is killed by the kernel: that is a time-out too.
fn cause(status: Option<ExitStatus>) -> GapReason {
    let signal = status.and_then(|status| status.signal());
    if signal == Some(libc::SIGXCPU) {
        GapReason::TimedOut
    } else {
        GapReason::Crashed
    }
}

impl Process {
    /// Kills it unless it has ended by itself, and takes its status.
    fn end(&mut self) -> Option<ExitStatus> {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
