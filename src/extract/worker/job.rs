//! One worker process: started, asked once, watched, ended.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::extract::content::Content;
use crate::extract::worker::wire::{self, Frame, Hello, Request};
use crate::mail::gap::GapReason;

/// The hidden subcommand under which this program is a worker.
pub(super) const SUBCOMMAND: &str = "extract-worker";

/// A worker that waits for its message.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: ChildStdout,
    greeted: bool,
}

/// Why a worker gave no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It read every part.
    Done,
    /// It was killed for taking too long, or died.
    Broken(GapReason),
}

impl Worker {
    /// Starts a worker with an empty environment.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .arg(SUBCOMMAND)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, answers) = pipes.ok_or_else(|| Error::from(ErrorKind::BrokenPipe))?;
        Ok(Self {
            child,
            requests,
            answers,
            greeted: false,
        })
    }

    /// Waits until it has given up its rights; what it lacks to be a sandbox.
    pub(super) fn greet(&mut self) -> Result<Vec<String>> {
        self.greeted = true;
        hello(&mut self.answers)
    }

    /// Has the parts from `request.first` read; `take` gets the content of each in order.
    ///
    /// No part may take longer than the limit for one; the worker is gone afterwards.
    pub(super) fn read(
        self,
        raw: &[u8],
        request: &Request,
        parts: usize,
        take: &mut dyn FnMut(Content),
    ) -> End {
        let Self {
            child,
            mut requests,
            mut answers,
            greeted,
        } = self;
        let child = Mutex::new(child);
        let (progress, watched) = mpsc::channel();
        let most = request
            .limits
            .text_per_message
            .saturating_mul(4)
            .saturating_add(1 << 24);
        let (received, timed_out) = std::thread::scope(|scope| {
            let watchdog = scope.spawn({
                let child = &child;
                move || watch(&watched, request.limits.time_per_part, child)
            });
            let asked = if greeted {
                Ok(())
            } else {
                hello(&mut answers).map(drop)
            }
            .and_then(|()| wire::send(&mut requests, request))
            .and_then(|()| wire::send_octets(&mut requests, raw));
            let mut received = 0;
            while asked.is_ok() && received < parts {
                let Ok(frame) = wire::receive::<Frame>(&mut answers, most) else {
                    break;
                };
                take(frame.into());
                received += 1;
                // The watchdog has gone only after it killed the worker, and then the next frame fails.
                let _ = progress.send(());
            }
            drop(progress);
            (received, watchdog.join().unwrap_or(false))
        });
        end(&child);
        match (received == parts, timed_out) {
            (true, _) => End::Done,
            (false, true) => End::Broken(GapReason::TimedOut),
            (false, false) => End::Broken(GapReason::Crashed),
        }
    }
}

fn hello(answers: &mut ChildStdout) -> Result<Vec<String>> {
    let hello: Hello = wire::receive(answers, 4_096)?;
    Ok(hello.missing)
}

/// Kills the worker when nothing comes for too long; whether it had to.
fn watch(progress: &Receiver<()>, most: Duration, child: &Mutex<Child>) -> bool {
    loop {
        match progress.recv_timeout(most) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => {
                end(child);
                return true;
            }
        }
    }
}

/// Kills a worker and takes its status, so that no dead process stays behind.
fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
