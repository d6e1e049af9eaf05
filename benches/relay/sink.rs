//! The next hop: takes everything, and remembers what arrived and whether it was whole.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The header that names a message.
pub(crate) const MARK: &str = "X-Relay-Mark: ";

/// A listening next hop.
pub(crate) struct Sink {
    port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    arrived: Mutex<HashMap<u64, Arrived>>,
    changed: Condvar,
}

/// A message that has arrived.
#[derive(Clone, Copy)]
pub(crate) struct Arrived {
    /// How often.
    pub(crate) copies: u32,
    /// Hash of its body.
    pub(crate) hash: u64,
}

impl Sink {
    /// Listens on a port of its own.
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let seen = Arc::clone(&shared);
                thread::spawn(move || serve(&client, &seen));
            }
        });
        Self { port, seen }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Forgets what has arrived.
    pub(crate) fn forget(&self) {
        self.seen.arrived.lock().unwrap().clear();
    }

    /// What has arrived once `count` messages are here; stops where a minute brings nothing new.
    pub(crate) fn wait_for(&self, count: usize) -> HashMap<u64, Arrived> {
        let mut arrived = self.seen.arrived.lock().unwrap();
        while arrived.len() < count {
            let before = arrived.len();
            let patience = Duration::from_mins(1);
            let waiting = self.seen.changed.wait_timeout(arrived, patience);
            let (later, waited) = waiting.unwrap();
            arrived = later;
            assert!(
                !waited.timed_out() || arrived.len() > before,
                "{before} of {count} messages arrived, and no more"
            );
        }
        arrived.clone()
    }
}

/// Hash of everything after the first empty line.
pub(crate) fn hash(message: &[u8]) -> u64 {
    let body = message
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(message, |end| &message[end..]);
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish()
}

fn serve(client: &TcpStream, seen: &Seen) {
    let _ = client.set_nodelay(true);
    let mut reader = BufReader::with_capacity(256 * 1024, client);
    let mut writer = client;
    let _ = writer.write_all(b"220 sink.test ESMTP\r\n");
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        let reply: &[u8] = match line.get(..4).map(<[u8]>::to_ascii_uppercase).as_deref() {
            Some(b"EHLO") => {
                b"250-sink.test\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n250 DSN\r\n"
            }
            Some(b"DATA") => {
                let _ = writer.write_all(b"354 go on\r\n");
                let message = message(&mut reader);
                seen.take(&message);
                b"250 2.0.0 taken\r\n"
            }
            Some(b"QUIT") => {
                let _ = writer.write_all(b"221 bye\r\n");
                return;
            }
            _ => b"250 ok\r\n",
        };
        // Replies of one segment of commands go together, as a pipelining client expects.
        if writer.write_all(reply).is_err() {
            return;
        }
    }
}

fn message(reader: &mut BufReader<&TcpStream>) -> Vec<u8> {
    let mut message = Vec::new();
    loop {
        let start = message.len();
        if reader.read_until(b'\n', &mut message).unwrap_or(0) == 0 {
            return message;
        }
        match &message[start..] {
            b".\r\n" => {
                message.truncate(start);
                return message;
            }
            [b'.', ..] => {
                message.remove(start);
            }
            _ => {}
        }
    }
}

impl Seen {
    fn take(&self, message: &[u8]) {
        let head = &message[..message.len().min(8192)];
        let head = String::from_utf8_lossy(head);
        let mark = head.split(MARK).nth(1).and_then(|rest| rest.get(..16));
        let Some(mark) = mark.and_then(|mark| u64::from_str_radix(mark, 16).ok()) else {
            return;
        };
        let hash = hash(message);
        let mut arrived = self.arrived.lock().unwrap();
        arrived
            .entry(mark)
            .and_modify(|one| one.copies += 1)
            .or_insert(Arrived { copies: 1, hash });
        drop(arrived);
        self.changed.notify_all();
    }
}

/// Waits until a server says hello.
pub(crate) fn wait_until_open(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "nothing answers on port {port}");
        thread::sleep(Duration::from_millis(50));
    }
}
