//! Clients that send until the gateway dies, and remember what it answered 250 for.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::crashes::chance::Chance;

/// Held for a reviewer: another parent's child.
const HELD: &str = include_str!("../../../testdata/mail/wrong-family/namesakes-mother.eml");

/// Burns down with each event; then it is time to kill.
pub(super) struct Fuse {
    left: AtomicU64,
    burnt: Notify,
}

impl Fuse {
    pub(super) fn new(events: u64) -> Self {
        Self {
            left: AtomicU64::new(events + 1),
            burnt: Notify::new(),
        }
    }

    pub(super) fn burn(&self) {
        let shorter = |left: u64| left.checked_sub(1);
        if self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, shorter)
            == Ok(1)
        {
            self.burnt.notify_one();
        }
    }

    pub(super) async fn burnt(&self) {
        self.burnt.notified().await;
    }
}

/// Messages by what is known of them, as their Message-ID.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    /// Answered 250.
    pub(super) accepted: BTreeSet<String>,
    /// Answered 250 and to be held.
    pub(super) held: BTreeSet<String>,
    /// Sent up to the final dot, and nothing was heard about it.
    pub(super) unanswered: BTreeSet<String>,
}

#[derive(Clone, Default)]
pub(super) struct Load {
    sent: Arc<Mutex<Sent>>,
    next: Arc<AtomicU64>,
}

impl Load {
    pub(super) fn sent(&self) -> Sent {
        self.sent.lock().unwrap().clone()
    }

    /// One connection that sends message after message until it breaks.
    pub(super) fn client(
        &self,
        door: SocketAddr,
        fuse: &Arc<Fuse>,
        mut chance: Chance,
    ) -> JoinHandle<()> {
        let (load, fuse) = (self.clone(), Arc::clone(fuse));
        tokio::spawn(async move {
            // It ends when the gateway dies; anything else shows in what was accepted.
            drop(load.talk(door, &fuse, &mut chance).await);
        })
    }

    async fn talk(&self, door: SocketAddr, fuse: &Fuse, chance: &mut Chance) -> io::Result<()> {
        let mut line = BufStream::new(TcpStream::connect(door).await?);
        expect(&mut line, "220").await?;
        say(&mut line, "EHLO mail.oakfield.sch.uk\r\n").await?;
        expect(&mut line, "250").await?;
        loop {
            let letter = self.letter(chance);
            for (command, code) in [
                (&letter.mail, "250"),
                (&letter.rcpt, "250"),
                (&letter.data, "354"),
            ] {
                say(&mut line, command).await?;
                expect(&mut line, code).await?;
                fuse.burn();
            }
            self.sent
                .lock()
                .unwrap()
                .unanswered
                .insert(letter.id.clone());
            say(&mut line, &letter.message).await?;
            expect(&mut line, "250").await?;
            self.accepted(letter);
            fuse.burn();
        }
    }

    fn accepted(&self, letter: Letter) {
        let mut sent = self.sent.lock().unwrap();
        sent.unanswered.remove(&letter.id);
        if letter.held {
            sent.held.insert(letter.id.clone());
        }
        sent.accepted.insert(letter.id);
    }

    fn letter(&self, chance: &mut Chance) -> Letter {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("crash-{number}@oakfield.sch.uk");
        if number % 16 == 7 {
            return Letter::held(id);
        }
        let lines = chance.below(400);
        let mut message = format!(
            "From: Kate Fletcher <k.fletcher@oakfield.sch.uk>\r\nTo: sarah.thornton@webmail.example\r\n\
             Subject: Reading book\r\nDate: Thu, 19 Nov 2026 16:08:21 +0000\r\nMessage-ID: <{id}>\r\n\r\n\
             Thank you for letting me know.\r\n"
        );
        for line in 0..lines {
            let _infallible = write!(message, "There is no rush at all, says line {line}.\r\n");
        }
        Letter::new(id, "k.fletcher", "sarah.thornton", &message, false)
    }
}

struct Letter {
    id: String,
    mail: String,
    rcpt: String,
    data: String,
    message: String,
    held: bool,
}

impl Letter {
    fn new(id: String, from: &str, to: &str, message: &str, held: bool) -> Self {
        Self {
            id,
            mail: format!("MAIL FROM:<{from}@oakfield.sch.uk>\r\n"),
            rcpt: format!("RCPT TO:<{to}@webmail.example>\r\n"),
            data: "DATA\r\n".to_owned(),
            message: format!("{message}.\r\n"),
            held,
        }
    }

    fn held(id: String) -> Self {
        let mut message = String::new();
        for line in HELD.lines() {
            let line = if line.starts_with("Message-ID:") {
                format!("Message-ID: <{id}>")
            } else {
                line.to_owned()
            };
            message.push_str(&line);
            message.push_str("\r\n");
        }
        Self::new(id, "l.chapman", "claire.brown", &message, true)
    }
}

async fn say(line: &mut BufStream<TcpStream>, octets: &str) -> io::Result<()> {
    line.write_all(octets.as_bytes()).await?;
    line.flush().await
}

/// Reads one reply, which must have this code.
async fn expect(line: &mut BufStream<TcpStream>, code: &str) -> io::Result<()> {
    loop {
        let mut reply = String::new();
        if line.read_line(&mut reply).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        assert!(reply.starts_with(code), "{code} expected: {reply}");
        if reply.get(3..4) == Some(" ") {
            return Ok(());
        }
    }
}
