//! A virus scanner that is asked about every message: clamd over its INSTREAM command (clamd(8)).
//!
//! It asks and reads the answer; what an infection means is the `malware` clause's to say.
//! The message goes over the socket in clear: a scanner on another machine reads all mail, so keep it on this one.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::decide::scan::Scan;

/// Octets of one chunk: well below clamd's smallest limit.
const CHUNK: usize = 64 * 1024;
/// The longest answer that makes sense.
const ANSWER: u64 = 4096;

/// A scanner and how to ask it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    /// Where it listens.
    pub place: Place,
    /// How long it may take for one message.
    pub patience: Duration,
    /// What happens to mail while it cannot be asked.
    pub unreachable: Unreachable,
}

/// Where a scanner listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A socket in the file system.
    Socket(PathBuf),
    /// Host and port.
    Host(String),
}

/// What happens to mail while the scanner cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreachable {
    /// It is answered 451, and the client keeps it.
    Defer,
    /// It is taken as not scanned, a gap, and the policy decides about gaps.
    Gap,
}

/// Why a scanner gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It cannot be talked to.
    #[error("the virus scanner at {place} cannot be asked")]
    Unreachable {
        /// Where it should be.
        place: String,
        /// Why.
        #[source]
        problem: io::Error,
    },
    /// It took too long.
    #[error("the virus scanner at {place} did not answer in {patience:?}")]
    TimedOut {
        /// Where it is.
        place: String,
        /// How long it had.
        patience: Duration,
    },
    /// It said something that is no answer.
    #[error("the virus scanner at {place} said `{answer}`")]
    Odd {
        /// Where it is.
        place: String,
        /// What it said.
        answer: String,
    },
}

impl Scanner {
    /// Has a message scanned.
    ///
    /// A message that is too large for the scanner is [`Scan::Unknown`]: asking again would not help.
    ///
    /// # Errors
    /// It gave no answer; the same message may be asked about later.
    pub async fn scan(&self, raw: &[u8]) -> Result<Scan, ScanError> {
        let asked = timeout(self.patience, self.ask(raw)).await;
        let answer = asked.map_err(|_| ScanError::TimedOut {
            place: self.place.to_string(),
            patience: self.patience,
        })?;
        let answer = answer.map_err(|problem| ScanError::Unreachable {
            place: self.place.to_string(),
            problem,
        })?;
        understood(&answer).ok_or_else(|| ScanError::Odd {
            place: self.place.to_string(),
            answer,
        })
    }

    async fn ask(&self, raw: &[u8]) -> io::Result<String> {
        match &self.place {
            Place::Socket(path) => converse(UnixStream::connect(path).await?, raw).await,
            Place::Host(host) => converse(TcpStream::connect(host).await?, raw).await,
        }
    }
}

/// Sends the message in chunks, each behind its length, the last of length zero; reads one answer.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    raw: &[u8],
) -> io::Result<String> {
    // A scanner that has had enough answers and hangs up while we still write: its answer counts.
    let written = send(&mut stream, raw).await;
    let mut answer = Vec::new();
    let read = stream.take(ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        written?;
        read?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let text = String::from_utf8_lossy(&answer);
    Ok(text.trim_end_matches(['\0', '\n']).to_owned())
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), raw: &[u8]) -> io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in raw.chunks(CHUNK) {
        let length = u32::try_from(chunk.len()).unwrap_or_default();
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(chunk).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await?;
    stream.flush().await
}

/// `stream: OK`, `stream: Some.Name FOUND`, `INSTREAM size limit exceeded. ERROR`.
fn understood(answer: &str) -> Option<Scan> {
    if answer == "stream: OK" {
        return Some(Scan::Clean);
    }
    if answer.starts_with("INSTREAM size limit exceeded") {
        return Some(Scan::Unknown);
    }
    let name = answer.strip_prefix("stream: ")?.strip_suffix(" FOUND")?;
    Some(Scan::Infected(name.to_owned()))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "{}", path.display()),
            Self::Host(host) => f.write_str(host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let infected = Scan::Infected("Win.Test.EICAR_HDB-1".to_owned());
        for (answer, expected) in [
            ("stream: OK", Some(Scan::Clean)),
            ("stream: Win.Test.EICAR_HDB-1 FOUND", Some(infected)),
            ("INSTREAM size limit exceeded. ERROR", Some(Scan::Unknown)),
            ("stream: Can't allocate memory ERROR", None),
            ("UNKNOWN COMMAND", None),
            ("", None),
        ] {
            assert_eq!(understood(answer), expected, "{answer}");
        }
    }
}
