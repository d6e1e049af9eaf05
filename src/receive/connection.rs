//! One connection: bytes in and out, time, TLS. Over anything that reads and writes, so that dialogues run in memory.
//!
//! Understands no SMTP beyond where a line ends; `session` does.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use samotop_core::smtp::DriverControl;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::receive::Kind;
use crate::receive::door::Door;
use crate::receive::limits::Limits;
use crate::receive::reply;
use crate::receive::session::{Session, Wants};
use crate::receive::stream::Stream;

/// Octets read at a time while a message comes.
const CHUNK: usize = 64 * 1024;
/// Octets read at a time between messages: an idle connection costs little.
const LINE: usize = 2 * 1024;

/// Why a connection ended other than by QUIT or 421.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The client went away in the middle of something.
    #[error("the client went away")]
    Gone,
    /// Reading or writing failed.
    #[error("the connection broke")]
    Io(#[from] io::Error),
    /// Nothing in the session understands a line; it would wait for ever.
    #[error("no part of the session understands the next line")]
    Mute,
    /// The client did not read its replies, or did not finish its handshake, in time.
    #[error("the client did not answer in time")]
    TimedOut,
}

/// Serves one client until it leaves or is sent away, or `stop` finds it between messages.
///
/// # Errors
/// The connection broke; nothing that was not answered 250 is kept.
pub async fn serve<S>(
    stream: S,
    client: IpAddr,
    kind: Kind,
    door: Door,
    stop: CancellationToken,
) -> Result<(), ConnectionError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let limits = door.settings.limits.clone();
    let mut connection = Connection {
        stream: Stream::Plain(stream),
        session: Session::new(door, client, kind),
        unsent: Vec::new(),
        end: Instant::now() + limits.connection_time,
        limits,
        stop,
    };
    if kind == Kind::SubmissionTls {
        connection.handshake().await?;
    }
    connection.greet().await?;
    connection.run().await
}

struct Connection<S> {
    stream: Stream<S>,
    session: Session,
    unsent: Vec<u8>,
    limits: Limits,
    end: Instant,
    stop: CancellationToken,
}

/// What waiting for input came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrived {
    Octets,
    End,
    TooLate,
    Stop,
}

impl<S> Connection<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    /// A client must wait for the greeting (RFC 5321 section 4.3.1); one that does not is not a mail system.
    async fn greet(&mut self) -> Result<(), ConnectionError> {
        let early = tokio::select! {
            biased;
            arrived = self.read(CHUNK, self.end) => arrived? == Arrived::Octets,
            () = std::future::ready(()) => false,
        };
        if early {
            self.session.close(&reply::PIPELINED);
        } else {
            self.session.greet();
        }
        Ok(())
    }

    async fn run(&mut self) -> Result<(), ConnectionError> {
        loop {
            if self.obey().await? == Obeyed::Close {
                return Ok(());
            }
            match self.session.wants() {
                Wants::Line => self.line().await?,
                Wants::Message | Wants::Chunk => self.message().await?,
            }
        }
    }

    /// Does what the session has put in its queue; replies are kept back while more commands are at hand.
    async fn obey(&mut self) -> Result<Obeyed, ConnectionError> {
        while let Some(control) = self.session.next_control() {
            match control {
                DriverControl::Response(octets) => self.unsent.extend_from_slice(&octets),
                DriverControl::StartTls => {
                    self.flush().await?;
                    self.handshake().await?;
                }
                DriverControl::Shutdown => {
                    self.flush().await?;
                    self.stream.shutdown().await;
                    return Ok(Obeyed::Close);
                }
            }
        }
        Ok(Obeyed::GoOn)
    }

    /// One line, from what is at hand or from the wire.
    async fn line(&mut self) -> Result<(), ConnectionError> {
        let deadline = self.end.min(Instant::now() + self.limits.command_time);
        loop {
            let longest = self.session.longest_line();
            match first_line(self.session.input(), longest) {
                Line::Whole => {
                    return self.interpret().await;
                }
                Line::TooLong => {
                    self.session.close(&reply::line_too_long(longest));
                    return Ok(());
                }
                Line::Bare => {
                    self.session.close(&reply::BARE_LINE_END);
                    return Ok(());
                }
                Line::Partial => {}
            }
            self.flush().await?;
            match self.read_or_stop(deadline).await? {
                Arrived::Octets => {}
                Arrived::End => return self.client_left(),
                Arrived::TooLate => {
                    self.session.close_late();
                    return Ok(());
                }
                Arrived::Stop => {
                    self.session.close_stopping();
                    return Ok(());
                }
            }
        }
    }

    async fn interpret(&mut self) -> Result<(), ConnectionError> {
        if self.session.interpret().await {
            Ok(())
        } else {
            Err(ConnectionError::Mute)
        }
    }

    /// A client that hangs up between messages has only forgotten its QUIT.
    fn client_left(&mut self) -> Result<(), ConnectionError> {
        if self.session.is_idle() {
            self.session.hang_up();
            Ok(())
        } else {
            Err(ConnectionError::Gone)
        }
    }

    /// One message, or one chunk of it, to its end; a stop waits for it.
    async fn message(&mut self) -> Result<(), ConnectionError> {
        self.flush().await?;
        let start = Instant::now();
        let mut received: u64 = 0;
        loop {
            received += self.session.input().len() as u64;
            if self.take_octets().await {
                self.session.input().shrink_to(LINE);
                return Ok(());
            }
            let deadline = self.end.min(data_deadline(start, received, &self.limits));
            match self.read(CHUNK, deadline).await? {
                Arrived::Octets => {}
                Arrived::End => return Err(ConnectionError::Gone),
                Arrived::TooLate | Arrived::Stop => {
                    self.session.close_late();
                    return Ok(());
                }
            }
        }
    }

    /// Hands what has come to the session; true when message or chunk has ended and is answered.
    async fn take_octets(&mut self) -> bool {
        match self.session.wants() {
            Wants::Chunk if self.session.take_chunk() => self.session.finish_chunk().await,
            Wants::Message if self.session.take_message() => self.session.finish_message().await,
            Wants::Chunk | Wants::Message => return false,
            Wants::Line => {}
        }
        true
    }

    async fn read_or_stop(&mut self, deadline: Instant) -> Result<Arrived, ConnectionError> {
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            arrived = self.read(LINE, deadline) => arrived,
            () = stop.cancelled() => Ok(Arrived::Stop),
        }
    }

    async fn read(&mut self, room: usize, deadline: Instant) -> Result<Arrived, ConnectionError> {
        let input = self.session.input();
        input.reserve(room);
        match timeout_at(deadline, self.stream.read(input)).await {
            Ok(Ok(0)) => Ok(Arrived::End),
            Ok(Ok(_)) => Ok(Arrived::Octets),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Arrived::End),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Ok(Arrived::TooLate),
        }
    }

    /// Sends the replies so far in one piece.
    async fn flush(&mut self) -> Result<(), ConnectionError> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let write = self.stream.write(&self.unsent);
        in_time(self.limits.reply_time, write).await?;
        self.unsent.clear();
        Ok(())
    }

    /// What was said in clear is thrown away with the buffer, before the handshake and after it.
    async fn handshake(&mut self) -> Result<(), ConnectionError> {
        self.session.input().clear();
        let Some(acceptor) = self.session.acceptor() else {
            return Err(ConnectionError::Gone);
        };
        in_time(self.limits.handshake_time, self.stream.encrypt(&acceptor)).await?;
        let certificate = self.stream.certificate();
        self.session.secured(self.stream.description(), certificate);
        Ok(())
    }
}

/// Whether the dialogue goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obeyed {
    GoOn,
    Close,
}

/// What stands at the front of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Whole,
    Partial,
    TooLong,
    /// An LF without CR: the two sides may not agree on where a line ends.
    Bare,
}

fn first_line(input: &[u8], limit: usize) -> Line {
    match memchr::memchr(b'\n', input) {
        Some(end) if end >= limit => Line::TooLong,
        Some(end) => match end.checked_sub(1).and_then(|before| input.get(before)) {
            Some(b'\r') => Line::Whole,
            Some(_) | None => Line::Bare,
        },
        None if input.len() >= limit => Line::TooLong,
        None => Line::Partial,
    }
}

/// When the next octets must be here: soon, soon enough for the slowest rate allowed, and before the message takes too long.
fn data_deadline(start: Instant, received: u64, limits: &Limits) -> Instant {
    let block = Instant::now() + limits.block_time;
    let earned = Duration::from_secs(received / u64::from(limits.data_rate.max(1)));
    let rate = start + limits.data_grace + earned.min(limits.data_time);
    block.min(rate).min(start + limits.data_time)
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, ConnectionError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(ConnectionError::TimedOut),
    }
}
