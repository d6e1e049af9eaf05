//! `check`: reads messages without sending anything, and explains what would happen to each and why.

pub(crate) mod envelope;
mod json;
#[cfg(test)]
mod sample;
mod text;

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::cli::check::envelope::ReversePath;
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::decide::beforehand::Beforehand;
use crate::gateway;
use crate::mail::address::Address;
use crate::parse;
use crate::school::Knowledge;

/// Say what would happen to a message, to whom, and why, without sending anything
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  schoolgate check --config gateway.toml letter.eml\n  schoolgate check --json --mail-from office@oakfield.sch.uk --rcpt parent@home.example letter.eml"
)]
pub(crate) struct Arguments {
    /// Envelope sender, `<>` for none [default: Return-Path, else From]
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<ReversePath>,
    /// Envelope recipient; may be given several times [default: To, Cc and Bcc]
    #[arg(long = "rcpt", value_name = "ADDRESS")]
    recipients: Vec<Address>,
    /// One JSON object a line, one for each message
    #[arg(long)]
    json: bool,
    /// Messages as files (RFC 5322, .eml); `-` is standard input
    #[arg(required = true, value_name = "MESSAGE.eml")]
    messages: Vec<PathBuf>,
}

/// Runs `check`: every message that can be read is explained, also when another cannot.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let knowledge = context.judging(&context.config()?)?;
    let mut unreadable = Vec::new();
    for file in &arguments.messages {
        match read(file) {
            Ok(raw) => explain(arguments, context, &knowledge, file, &raw)?,
            Err(error) => unreadable.push(format!("{} cannot be read: {error}", file.display())),
        }
    }
    if unreadable.is_empty() {
        Ok(())
    } else {
        Err(Failure::input(unreadable.join("\n")))
    }
}

/// A message as it would come over SMTP; `-` is standard input.
pub(crate) fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut raw)?;
    } else {
        raw = std::fs::read(file)?;
    }
    Ok(with_crlf(&raw))
}

/// The message as it would come over SMTP, where every line ends in CRLF.
fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(raw.len() + raw.len() / 32);
    let mut last = 0;
    for octet in raw {
        if *octet == b'\n' && last != b'\r' {
            wire.push(b'\r');
        }
        wire.push(*octet);
        last = *octet;
    }
    wire
}

fn explain(
    arguments: &Arguments,
    context: &mut Context<'_>,
    knowledge: &Knowledge,
    file: &Path,
    raw: &[u8],
) -> Result<(), Failure> {
    let headers = parse::message(raw, &knowledge.limits).headers;
    let envelope = envelope::envelope(
        arguments.mail_from.as_ref(),
        &arguments.recipients,
        &headers,
    );
    let inspection = gateway::inspect(
        raw,
        &envelope,
        knowledge,
        &Beforehand::default(),
        Clock::system().now(),
    );
    let write = if arguments.json {
        json::write
    } else {
        text::write
    };
    write(
        context.out,
        &file.to_string_lossy(),
        envelope.sender.as_ref(),
        &inspection.decision,
        &inspection.findings,
        &inspection.gaps,
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_in_crlf_and_none_in_two() {
        assert_eq!(with_crlf(b"a\nb\r\nc\rd\n\n"), b"a\r\nb\r\nc\rd\r\n\r\n");
    }
}
