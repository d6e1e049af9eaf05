//! Every file of `testdata/smtp/` is a dialogue with the door, in memory, with a clock that moves only when told.
//!
//! ```text
//! # a comment                        @client 192.0.2.9     a setting of this dialogue (see `setting`)
//! C: a line to send                  C\ a line without its CRLF; \r \n \0 \t \\ \xNN stand for octets
//! S: a reply, * stands for anything  S! the connection is closed
//! T! a TLS handshake                 W: seconds that pass
//! N! another connection              P: seconds that have passed since the last P:
//! M: sender -> recipient, …          the next message that was handed on
//! B: a line of it                    H: a line that is one of its first
//! ```
//! Lines to send that follow each other are sent in one piece. A message that is handed on and not listed fails.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use schoolgate::receive::connection::{ConnectionError, serve};
use schoolgate::receive::door::Door;

use crate::postbox::{Postbox, Scene, connector};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

fn dialogues() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/smtp");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    files
}

#[tokio::test(start_paused = true)]
async fn every_dialogue_goes_as_written() {
    let files = dialogues();
    assert!(!files.is_empty(), "testdata/smtp is empty");
    let mut wrong = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        if let Err(problem) = play(&text).await {
            wrong.push(format!("{name}: {problem}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The door, who comes to it, and the sessions that have begun.
struct Street {
    door: Door,
    scene: Scene,
    stop: CancellationToken,
    sessions: Vec<JoinHandle<Result<(), ConnectionError>>>,
}

impl Street {
    fn connect(&mut self) -> BufStream<Box<dyn Stream>> {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (client, kind) = (self.scene.client, self.scene.kind);
        let session = serve(theirs, client, kind, self.door.clone(), self.stop.clone());
        self.sessions.push(tokio::spawn(session));
        BufStream::new(Box::new(ours))
    }
}

struct Player {
    street: Street,
    stream: Option<BufStream<Box<dyn Stream>>>,
    since: Instant,
    postbox: Arc<Postbox>,
    unsent: Vec<u8>,
    body: std::collections::VecDeque<String>,
}

async fn play(text: &str) -> Result<(), String> {
    let scene = Scene::of(text)?;
    let postbox = Arc::new(Postbox::default());
    let door =
        Door::new(scene.settings.clone(), postbox.clone()).map_err(|_| "no random numbers")?;
    let mut street = Street {
        door,
        scene,
        stop: CancellationToken::new(),
        sessions: Vec::new(),
    };
    let mut player = Player {
        stream: Some(street.connect()),
        street,
        since: Instant::now(),
        postbox,
        unsent: Vec::new(),
        body: std::collections::VecDeque::new(),
    };
    for (number, line) in text.lines().enumerate() {
        let outcome = player.step(line).await;
        outcome.map_err(|problem| format!("line {}: {problem}", number + 1))?;
    }
    drop(player.stream.take());
    for session in player.street.sessions {
        let ended = session.await;
        drop(ended.map_err(|error| format!("a session died: {error}"))?);
    }
    match player.postbox.take() {
        None => Ok(()),
        Some((envelope, _)) => Err(format!(
            "a message was handed on that is not listed: {envelope:?}"
        )),
    }
}

impl Player {
    async fn step(&mut self, line: &str) -> Result<(), String> {
        let (mark, rest) = line.split_at_checked(2).unwrap_or((line, ""));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if !mark.starts_with('C') {
            self.send().await?;
        }
        match mark {
            "C:" => self
                .unsent
                .extend([octets(rest)?, b"\r\n".to_vec()].concat()),
            "C\\" => self.unsent.extend(octets(rest)?),
            "S:" => self.expect_reply(rest).await?,
            "S!" => self.expect_close().await?,
            "T!" => self.handshake().await?,
            "W:" => tokio::time::sleep(seconds(rest)?).await,
            "P:" => self.expect_time(seconds(rest)?)?,
            "N!" => self.stream = Some(self.street.connect()),
            "X!" => self.street.stop.cancel(),
            "M:" => self.expect_message(rest)?,
            "B:" => self.expect_body(rest)?,
            _ if line.is_empty() || line.starts_with(['#', '@']) => {}
            _ => return Err(format!("not a step: {line}")),
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), String> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let stream = self.stream.as_mut().ok_or("the connection is closed")?;
        stream
            .write_all(&self.unsent)
            .await
            .map_err(|e| e.to_string())?;
        stream.flush().await.map_err(|e| e.to_string())?;
        self.unsent.clear();
        Ok(())
    }

    async fn read_line(&mut self) -> Result<String, String> {
        let stream = self.stream.as_mut().ok_or("the connection is closed")?;
        let mut line = Vec::new();
        let read = stream.read_until(b'\n', &mut line);
        match tokio::time::timeout(Duration::from_hours(10), read).await {
            Ok(Ok(_) | Err(_)) => Ok(String::from_utf8_lossy(&line).into_owned()),
            Err(_) => Err("no reply".to_owned()),
        }
    }

    async fn expect_reply(&mut self, expected: &str) -> Result<(), String> {
        let line = self.read_line().await?;
        let seen = line
            .strip_suffix("\r\n")
            .ok_or(format!("expected {expected:?}, saw {line:?}"))?;
        if matches(expected, seen) {
            Ok(())
        } else {
            Err(format!("expected {expected:?}, saw {seen:?}"))
        }
    }

    async fn expect_close(&mut self) -> Result<(), String> {
        let line = self.read_line().await?;
        if line.is_empty() {
            Ok(())
        } else {
            Err(format!("expected the end, saw {line:?}"))
        }
    }

    /// To the second: handshakes and reading take a few milliseconds of nobody's time.
    fn expect_time(&mut self, expected: Duration) -> Result<(), String> {
        let passed = std::mem::replace(&mut self.since, Instant::now()).elapsed();
        if passed.as_secs() == expected.as_secs() {
            Ok(())
        } else {
            Err(format!("expected {expected:?}, {passed:?} have passed"))
        }
    }

    async fn handshake(&mut self) -> Result<(), String> {
        let stream = self.stream.take().ok_or("the connection is closed")?;
        let connector = connector();
        let name = "mail.oakfield.sch.uk".try_into().unwrap();
        let tls = connector
            .connect(name, stream.into_inner())
            .await
            .map_err(|e| e.to_string())?;
        self.stream = Some(BufStream::new(Box::new(tls)));
        Ok(())
    }

    fn expect_message(&mut self, expected: &str) -> Result<(), String> {
        let (envelope, raw) = self.postbox.take().ok_or("no message was handed on")?;
        let seen = crate::postbox::in_words(&envelope);
        if !matches(expected, &seen) {
            return Err(format!("expected {expected:?}, saw {seen:?}"));
        }
        let raw = String::from_utf8_lossy(&raw).into_owned();
        self.body = raw.split_terminator("\r\n").map(str::to_owned).collect();
        Ok(())
    }

    fn expect_body(&mut self, expected: &str) -> Result<(), String> {
        let expected = String::from_utf8_lossy(&octets(expected)?).into_owned();
        match self.body.pop_front() {
            Some(line) if matches(&expected, &line) => Ok(()),
            seen => Err(format!("expected {expected:?}, saw {seen:?}")),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "W: takes seconds")?;
    Ok(Duration::from_secs(seconds))
}

/// Whether `seen` is `pattern`, in which each `*` stands for any text.
fn matches(pattern: &str, seen: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == seen,
        Some((head, rest)) => seen.strip_prefix(head).is_some_and(|seen| {
            (0..=seen.len())
                .filter(|at| seen.is_char_boundary(*at))
                .any(|at| matches(rest, &seen[at..]))
        }),
    }
}

/// The octets that an escaped line stands for; `*{n}c` at its end is n times the character c.
fn octets(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        octets.extend(head.bytes());
        let (code, used) = match tail.chars().next() {
            Some('r') => (b'\r', 1),
            Some('n') => (b'\n', 1),
            Some('0') => (0, 1),
            Some('t') => (b'\t', 1),
            Some('\\') => (b'\\', 1),
            Some('x') => (
                tail.get(1..3)
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                    .ok_or("bad \\x")?,
                3,
            ),
            _ => return Err(format!("unknown escape in {text}")),
        };
        octets.push(code);
        rest = &tail[used..];
    }
    octets.extend(rest.bytes());
    match text
        .split_once("*{")
        .and_then(|(head, count)| Some((head, count.split_once('}')?)))
    {
        Some((head, (count, filler))) => {
            let count: usize = count.parse().map_err(|_| "bad count")?;
            Ok([head.as_bytes().to_vec(), filler.repeat(count).into_bytes()].concat())
        }
        None => Ok(octets),
    }
}
