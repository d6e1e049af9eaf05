//! A message as a zip locked with AES-256 (the AE-2 form): its text, its attachments, and a note how to open it.
//!
//! A zip hides what its files say, not what they are called, and a file name can name a child;
//! so attachments are numbered outside and their names stand in the text inside.
//! Bad about a zip: the zip folders built into Windows cannot open it, and the password can be guessed at leisure,
//! which is why it has 80 random bits.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::Header;
use mail_builder::headers::text::Text;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::act::header;
use crate::limits::Limits;
use crate::mail::id::MessageId;
use crate::parse;
use crate::parse::message::{Message, Part, PartRole};
use crate::secret::Redacted;

/// Header fields the protected copy keeps; everything else of the header travels inside.
const KEPT: [&str; 7] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "date",
    "references",
];

/// What the locked file is called.
const NAME: &str = "protected-message.zip";

/// What the note to the recipient has to know.
#[derive(Clone, Copy)]
pub struct Cover<'a> {
    /// The school's name.
    pub school: &'a str,
    /// The reference of the message.
    pub id: &'a MessageId,
    /// This gateway, in Message-ID.
    pub hostname: &'a str,
    /// When the message came, for one that carries no date.
    pub received: Timestamp,
}

/// Why a message could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// Writing the archive failed.
    #[error("the archive could not be written")]
    Archive(#[from] zip::result::ZipError),
    /// Writing the message failed.
    #[error("the protected message could not be written")]
    Message(#[from] std::io::Error),
}

/// `raw` as a protected copy: neutral subject, a note, and everything else behind the password.
///
/// # Errors
/// See [`ZipError`]; nothing of it depends on what the message says.
pub fn protected(
    raw: &[u8],
    password: &Redacted<String>,
    cover: Cover<'_>,
) -> Result<Vec<u8>, ZipError> {
    let archive = locked(raw, password)?;
    let mut message = Vec::with_capacity(archive.len() * 4 / 3 + 4096);
    for field in header::fields(raw) {
        if header::is_named(field, &KEPT) {
            message.extend_from_slice(field);
        }
    }
    if !header::fields(raw)
        .iter()
        .any(|field| header::is_named(field, &["date"]))
    {
        write!(message, "Date: {}\r\n", header::date(cover.received))?;
    }
    write!(
        message,
        "Message-ID: <{}.protected@{}>\r\n",
        cover.id, cover.hostname
    )?;
    message.extend_from_slice(b"Subject: ");
    let subject = format!("Protected message from {}", one_line(cover.school));
    Text::new(subject).write_header(&mut message, "Subject: ".len())?;
    message.extend_from_slice(b"MIME-Version: 1.0\r\n");
    MessageBuilder::new()
        .text_body(note(cover))
        .attachment("application/zip", NAME, archive)
        .write_body(&mut message)?;
    Ok(message)
}

/// The archive: `Message.txt`, the HTML form where there is one, and every attachment.
fn locked(raw: &[u8], password: &Redacted<String>) -> Result<Vec<u8>, ZipError> {
    let message = parse::message(raw, &Limits::default());
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .with_aes_encryption(AesMode::Aes256, password.reveal());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, content: &[u8]| -> Result<(), ZipError> {
        archive.start_file(name, options)?;
        archive.write_all(content)?;
        Ok(())
    };
    put("Message.txt", opening(&message).as_bytes())?;
    for (name, part) in named_parts(&message) {
        put(&name, &content(part))?;
    }
    if !message.gaps.is_empty() {
        // What could not be taken apart is not lost: it travels whole.
        put("Original message.eml", raw)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Parts that become files of their own, with the names they get.
fn named_parts(message: &Message) -> Vec<(String, &Part)> {
    let mut named = Vec::new();
    for part in message
        .parts
        .iter()
        .filter(|part| part.role != PartRole::Stray)
    {
        let html = part.role == PartRole::Body && part.media_type == "text/html";
        let plain = part.role == PartRole::Body && part.media_type == "text/plain";
        if !plain {
            let number = named.len() + 1;
            let ending = if html { "html" } else { ending(part) };
            named.push((format!("{number}.{ending}"), part));
        }
    }
    named
}

/// The ending of a file name where it is an ordinary one, so that a double click opens the right program.
fn ending(part: &Part) -> &str {
    let name = part.name.as_deref().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ordinary = (1..=5).contains(&ending.len())
        && ending.bytes().all(|octet| octet.is_ascii_alphanumeric());
    match part.media_type.as_str() {
        _ if ordinary => ending,
        "message/rfc822" => "eml",
        "text/html" => "html",
        "application/pdf" => "pdf",
        _ => "bin",
    }
}

/// Text becomes UTF-8 and says so with a byte order mark; everything else stays as it is.
fn content(part: &Part) -> Vec<u8> {
    if part.role != PartRole::Body || !part.media_type.starts_with("text/") {
        return part.bytes.clone();
    }
    let mut marked = "\u{feff}".as_bytes().to_vec();
    marked.extend_from_slice(text(part).as_bytes());
    marked
}

fn text(part: &Part) -> String {
    let label = part.charset.as_deref().unwrap_or("utf-8");
    let encoding =
        encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
    encoding.decode(&part.bytes).0.into_owned()
}

/// `Message.txt`: who wrote what to whom, the text, and what the numbered files are called.
fn opening(message: &Message) -> String {
    let names = ["From", "To", "Cc", "Date", "Subject"].into_iter();
    let line = |name| {
        message
            .headers
            .first(name)
            .map(|value| format!("{name}: {value}"))
    };
    let mut lines: Vec<String> = names.filter_map(line).collect();
    let body = |part: &&Part| part.role == PartRole::Body && part.media_type == "text/plain";
    for part in message.parts.iter().filter(body) {
        lines.push(String::new());
        lines.push(text(part));
    }
    let files = named_parts(message);
    if !files.is_empty() {
        lines.push("\r\nFiles in this archive:".to_owned());
    }
    for (number, part) in files {
        let name = match (&part.name, part.role) {
            (Some(name), _) => name.as_str(),
            (None, PartRole::Body) => "this message with its formatting",
            (None, _) => "an attachment without a name",
        };
        lines.push(format!("  {number}: {name}"));
    }
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// The note that the recipient reads before the file is open.
fn note(cover: Cover<'_>) -> String {
    format!(
        "Hello,\n\n\
         {school} has sent you a message with information that must not travel in the\n\
         open. It is in the attached file, {NAME}, locked with a password.\n\n\
         The sender will tell you the password by telephone or in person.\n\
         It never comes by e-mail: please do not trust an e-mail that brings one.\n\n\
         To open it, save the file, open it with 7-Zip or WinZip (Windows), Keka or\n\
         The Unarchiver (Mac) or the file app of your telephone, and type the password\n\
         with its hyphens. Start with Message.txt.\n\n\
         Is anything unclear, or was this not meant for you? Please ring the school.\n\
         Its reference is {id}.\n",
        school = one_line(cover.school),
        id = cover.id,
    )
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;

    const RAW: &str = "From: Office <office@oakfield.sch.uk>\r\nTo: Parent\r\n <parent@home.example>\r\n\
        Date: Mon, 23 Nov 2026 13:30:00 +0000\r\nSubject: Amelia's plan\r\nReceived: from inside\r\n\
        Message-ID: <1@oakfield.sch.uk>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Caf=E9 at noon\r\n--b\r\nContent-Type: application/pdf; name=\"Amelia.pdf\"\r\n\
        Content-Disposition: attachment; filename=\"Amelia.pdf\"\r\n\r\n%PDF-1.4\r\n--b--\r\n";

    fn cover_of(raw: &str) -> (String, Vec<u8>) {
        let id = MessageId::from_random([7; 8]);
        let cover = Cover {
            school: "Oakfield Primary School",
            id: &id,
            hostname: "gate.example",
            received: Timestamp::UNIX_EPOCH,
        };
        let password = Redacted::new("7k3f-9qxm-2b4t-hv6w".to_owned());
        let message = protected(raw.as_bytes(), &password, cover).unwrap();
        let parsed = MessageParser::default().parse(&message).unwrap();
        let zip = parsed.attachment(0).unwrap();
        assert_eq!(zip.attachment_name(), Some(NAME));
        let archive = zip.contents().to_vec();
        (String::from_utf8(message).unwrap(), archive)
    }

    fn opened(archive: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        let mut file = archive
            .by_name_decrypt(name, b"7k3f-9qxm-2b4t-hv6w")
            .unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn outside_there_is_a_note_and_inside_is_everything() {
        let (message, archive) = cover_of(RAW);
        let outside = message.split("application/zip").next().unwrap();
        assert!(
            outside.contains("To: Parent\r\n <parent@home.example>\r\n"),
            "{outside}"
        );
        assert!(outside.contains("Subject: Protected message from Oakfield Primary School\r\n"));
        assert_eq!(outside.matches("Date: ").count(), 1, "{outside}");
        for secret in ["Amelia", "Caf", "7k3f", "Received"] {
            assert!(!outside.contains(secret), "{secret} in {outside}");
        }
        let text = opened(&archive, "Message.txt");
        assert!(
            text.contains("Subject: Amelia's plan") && text.contains("Café at noon"),
            "{text}"
        );
        assert!(text.contains("1.pdf: Amelia.pdf"), "{text}");
        assert!(opened(&archive, "1.pdf").starts_with("%PDF-1.4"));
    }

    #[test]
    fn names_of_files_do_not_show_without_the_password() {
        let (_, archive) = cover_of(RAW);
        assert!(!archive.windows(6).any(|window| window == b"Amelia"));
        let mut opened = zip::ZipArchive::new(Cursor::new(&archive)).unwrap();
        assert!(opened.by_name("Message.txt").is_err());
        assert!(opened.by_name_decrypt("Message.txt", b"wrong").is_err());
    }
}
