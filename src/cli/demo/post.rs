//! The demonstration's mail client: one message over SMTP, as a school's own mail system hands it over.
//!
//! It waits for every reply, speaks no TLS and keeps nothing; RFC 5321 sections 4.1 and 4.5.2.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// One message in its envelope.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// `MAIL FROM`; empty for the null sender.
    pub sender: &'a str,
    /// `RCPT TO`.
    pub recipients: &'a [&'a str],
    /// The message, with LF or CRLF line ends.
    pub message: &'a [u8],
}

/// What the server answered in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The reply code.
    pub code: u16,
    /// Its text, enhanced code included, lines joined by a space.
    pub text: String,
}

impl Answer {
    /// Whether the server has taken the message.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.code == 250
    }
}

/// Hands one message over: the reply to its end, or the first refusal on the way there.
///
/// # Errors
/// The connection cannot be had or breaks, or what comes back is no SMTP reply.
pub async fn send(server: SocketAddr, letter: &Letter<'_>) -> io::Result<Answer> {
    let mut line = BufStream::new(TcpStream::connect(server).await?);
    let mut commands = vec![
        "EHLO mail.oakfield.sch.uk".to_owned(),
        format!("MAIL FROM:<{}>", letter.sender),
    ];
    let recipients = letter.recipients.iter();
    commands.extend(recipients.map(|recipient| format!("RCPT TO:<{recipient}>")));
    commands.push("DATA".to_owned());
    let mut answer = reply(&mut line).await?;
    for command in commands {
        if answer.code >= 400 {
            return Ok(answer);
        }
        say(&mut line, format!("{command}\r\n").as_bytes()).await?;
        answer = reply(&mut line).await?;
    }
    if answer.code == 354 {
        say(&mut line, &stuffed(letter.message)).await?;
        answer = reply(&mut line).await?;
    }
    say(&mut line, b"QUIT\r\n").await?;
    Ok(answer)
}

async fn say(line: &mut BufStream<TcpStream>, octets: &[u8]) -> io::Result<()> {
    line.write_all(octets).await?;
    line.flush().await
}

async fn reply(line: &mut BufStream<TcpStream>) -> io::Result<Answer> {
    let mut texts = Vec::new();
    loop {
        let mut text = String::new();
        if line.read_line(&mut text).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = text.trim_end();
        let (code, rest) = text.split_at_checked(3).unwrap_or((text, ""));
        let code = code.parse().map_err(io::Error::other)?;
        let more = rest.starts_with('-');
        texts.push(rest.get(1..).unwrap_or_default().to_owned());
        if !more {
            let text = texts.join(" ");
            return Ok(Answer { code, text });
        }
    }
}

/// CRLF line ends, dots doubled at the start of lines, and the line that ends a message.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + message.len() / 16 + 5);
    let body = message.strip_suffix(b"\n").unwrap_or(message);
    for line in body.split(|octet| *octet == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_stuffed_whatever_its_line_ends() {
        for (message, wire) in [
            ("a\n.\nb\n", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\n.b", "a\r\n..b\r\n.\r\n"),
            ("", "\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(message.as_bytes()), wire.as_bytes(), "{message:?}");
        }
    }
}
