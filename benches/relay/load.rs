//! The clients: each message over a connection of its own, timed from connecting to the 250 after its last dot.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::machine;
use crate::peer::Peer;
use crate::sink::{self, MARK, Sink};

/// From this size on a message is a short text with a picture.
const PICTURE: usize = 256 << 10;
/// Octets of the text of such a message.
const NOTE: usize = 4 << 10;

const WORDS: [&str; 32] = [
    "the",
    "a",
    "we",
    "will",
    "please",
    "meeting",
    "agenda",
    "minutes",
    "order",
    "paper",
    "hall",
    "field",
    "trip",
    "coach",
    "lunch",
    "music",
    "concert",
    "term",
    "week",
    "monday",
    "budget",
    "invoice",
    "delivery",
    "chairs",
    "library",
    "books",
    "governors",
    "training",
    "garden",
    "and",
    "with",
    "thank",
];

/// What is sent.
pub(crate) struct Load {
    pub(crate) port: u16,
    pub(crate) size: usize,
    pub(crate) clients: usize,
    pub(crate) count: usize,
}

/// What came of it.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    /// Messages a second, from the first connection to the last arrival.
    pub(crate) rate: f64,
    /// CPU seconds of the server for a message.
    pub(crate) cpu: f64,
    /// Seconds to the 250: the median.
    pub(crate) p50: f64,
    /// Seconds to the 250: one in a hundred takes longer.
    pub(crate) p99: f64,
    /// Octets of the server in memory at the end.
    pub(crate) resident: f64,
}

impl Measured {
    /// Each figure's median.
    pub(crate) fn median(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut all: Vec<f64> = runs.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        Self {
            rate: of(|one| one.rate),
            cpu: of(|one| one.cpu),
            p50: of(|one| one.p50),
            p99: of(|one| one.p99),
            resident: of(|one| one.resident),
        }
    }
}

/// Sends it all and waits for it at the sink.
///
/// # Panics
/// A message was refused, lost, doubled or changed.
pub(crate) fn measure(load: &Load, sink: &Sink, peer: &Peer) -> Measured {
    sink.forget();
    let template = Template::of(load.size);
    let before = machine::usage(peer.process);
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    let mut waits: Vec<f64> = thread::scope(|scope| {
        let clients: Vec<_> = (0..load.clients)
            .map(|_| scope.spawn(|| client(load, &template, &next)))
            .collect();
        let waits = clients.into_iter().map(|client| client.join().unwrap());
        waits.flatten().collect()
    });
    let arrived = sink.wait_for(load.count);
    let time = start.elapsed().as_secs_f64();
    let whole = arrived
        .values()
        .all(|one| one.copies == 1 && one.hash == template.hash);
    assert!(whole, "a message arrived twice, or changed");
    let after = machine::usage(peer.process);
    waits.sort_by(f64::total_cmp);
    Measured {
        rate: load.count as f64 / time,
        cpu: (after.cpu - before.cpu) / load.count as f64,
        p50: waits[waits.len() / 2],
        p99: waits[(waits.len() * 99 / 100).min(waits.len() - 1)],
        resident: after.resident,
    }
}

fn client(load: &Load, template: &Template, next: &AtomicUsize) -> Vec<f64> {
    let mut waits = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= load.count {
            return waits;
        }
        let start = Instant::now();
        send(load.port, &template.with(number)).expect("a message was refused");
        waits.push(start.elapsed().as_secs_f64());
    }
}

fn send(port: u16, message: &[u8]) -> std::io::Result<()> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(&stream);
    expect(&mut reader, b'2')?;
    for command in [
        "EHLO client.test\r\n",
        "MAIL FROM:<office@oakfield.sch.uk>\r\n",
        "RCPT TO:<orders@paperworks.example>\r\n",
    ] {
        (&stream).write_all(command.as_bytes())?;
        expect(&mut reader, b'2')?;
    }
    (&stream).write_all(b"DATA\r\n")?;
    expect(&mut reader, b'3')?;
    (&stream).write_all(message)?;
    expect(&mut reader, b'2')?;
    (&stream).write_all(b"QUIT\r\n")
}

fn expect(reader: &mut BufReader<&TcpStream>, first: u8) -> std::io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.as_bytes().get(3) != Some(&b'-') {
            break;
        }
    }
    if line.as_bytes().first() == Some(&first) {
        return Ok(());
    }
    Err(std::io::Error::other(line))
}

/// A message ready to be sent, but for its mark.
struct Template {
    octets: Vec<u8>,
    mark: usize,
    hash: u64,
}

impl Template {
    fn of(size: usize) -> Self {
        let mut chance = 0x5EED_u64;
        let mut octets = MARK.as_bytes().to_vec();
        let mark = octets.len();
        octets.extend_from_slice(
            b"0000000000000000\r\nMessage-ID: <0000000000000000@oakfield.sch.uk>\r\n\
              Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nFrom: Office <office@oakfield.sch.uk>\r\n\
              To: Orders <orders@paperworks.example>\r\nSubject: paper and chairs\r\nMIME-Version: 1.0\r\n",
        );
        if size < PICTURE {
            octets.extend_from_slice(b"Content-Type: text/plain; charset=utf-8\r\n\r\n");
            prose(&mut octets, &mut chance, size);
        } else {
            picture(&mut octets, &mut chance, size);
        }
        let hash = sink::hash(&octets);
        octets.extend_from_slice(b".\r\n");
        Self { octets, mark, hash }
    }

    fn with(&self, number: usize) -> Vec<u8> {
        let mut octets = self.octets.clone();
        let id = "\r\nMessage-ID: <".len();
        let number = format!("{number:016x}");
        for start in [self.mark, self.mark + 16 + id] {
            octets[start..start + 16].copy_from_slice(number.as_bytes());
        }
        octets
    }
}

/// Lines of ordinary words until the message has `size` octets.
fn prose(octets: &mut Vec<u8>, chance: &mut u64, size: usize) {
    while octets.len() < size {
        for place in 0..11 {
            let word = WORDS[usize::try_from(random(chance) % 32).unwrap()];
            octets.extend_from_slice(word.as_bytes());
            octets.extend_from_slice(if place == 10 { b".\r\n" } else { b" " });
        }
    }
}

/// A short text, and a photograph that makes up the rest.
fn picture(octets: &mut Vec<u8>, chance: &mut u64, size: usize) {
    octets.extend_from_slice(
        b"Content-Type: multipart/mixed; boundary=\"=-cut\"\r\n\r\n--=-cut\r\nContent-Type: text/plain\r\n\r\n",
    );
    prose(octets, chance, NOTE);
    octets.extend_from_slice(
        b"\r\n--=-cut\r\nContent-Type: image/jpeg; name=\"hall.jpg\"\r\n\
          Content-Disposition: attachment; filename=\"hall.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    // The first octets of a JPEG file, in base64.
    let mut line = b"/9j/4AAQSkZJRgABAQEASABIAAD/".to_vec();
    while octets.len() < size {
        while line.len() < 76 {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            line.push(letters[usize::try_from(random(chance) % 64).unwrap()]);
        }
        octets.append(&mut line);
        octets.extend_from_slice(b"\r\n");
    }
    octets.extend_from_slice(b"--=-cut--\r\n");
}

/// Marsaglia's xorshift: the same octets in every run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
