//! A next hop that counts: how many copies of each message it took for each recipient, by header `Message-ID`.
//!
//! A copy counts from its final dot, whether or not anybody was left to read the 250.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::crashes::load::Fuse;

/// Copies by Message-ID and what followed `RCPT TO:`, with a space between.
pub(super) type Copies = BTreeMap<String, u32>;

pub(super) struct CountingHop {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    copies: Mutex<Copies>,
    fuse: Mutex<Option<Arc<Fuse>>>,
    open: watch::Sender<u32>,
}

impl CountingHop {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { address, state }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Burns this fuse from now on.
    pub(super) fn watch(&self, fuse: &Arc<Fuse>) {
        *self.state.fuse.lock().unwrap() = Some(Arc::clone(fuse));
    }

    pub(super) fn copies(&self) -> Copies {
        self.state.copies.lock().unwrap().clone()
    }

    /// Waits until everything that the dead gateway had sent is read, and every connection is closed.
    pub(super) async fn quiet(&self) {
        // Connections are taken in order: once this one is greeted, none from before waits any more.
        let mut probe = BufStream::new(TcpStream::connect(self.address).await.unwrap());
        probe.read_line(&mut String::new()).await.unwrap();
        drop(probe);
        let mut open = self.state.open.subscribe();
        open.wait_for(|open| *open == 0).await.unwrap();
    }
}

impl State {
    fn burn(&self) {
        if let Some(fuse) = &*self.fuse.lock().unwrap() {
            fuse.burn();
        }
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.open.send_modify(|open| *open += 1);
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            // A client that dies ends its dialogue.
            drop(hold(stream, &state).await);
            state.open.send_modify(|open| *open -= 1);
        });
    }
}

async fn hold(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufStream::new(stream);
    let mut recipient = String::new();
    say(&mut stream, "220 counting.example").await?;
    while let Some(line) = line(&mut stream).await? {
        state.burn();
        let reply = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-counting.example\r\n250-PIPELINING\r\n250 8BITMIME",
            "RCPT" => {
                line.clone_into(&mut recipient);
                "250 2.1.5 ok"
            }
            "DATA" => {
                say(&mut stream, "354 go ahead").await?;
                let Some(id) = message(&mut stream).await? else {
                    return Ok(());
                };
                let copy = format!("{id} {recipient}");
                *state.copies.lock().unwrap().entry(copy).or_default() += 1;
                state.burn();
                "250 2.0.0 counted"
            }
            "QUIT" => return say(&mut stream, "221 2.0.0 bye").await,
            _ => "250 2.0.0 ok",
        };
        say(&mut stream, reply).await?;
    }
    Ok(())
}

/// The message's `Message-ID`; `None` when the client went away before its final dot.
async fn message(stream: &mut BufStream<TcpStream>) -> io::Result<Option<String>> {
    let mut id = String::new();
    while let Some(line) = line(stream).await? {
        if line == "." {
            return Ok(Some(id));
        }
        if let Some(found) = line.strip_prefix("Message-ID: <").filter(|_| id.is_empty()) {
            found.trim_end_matches('>').clone_into(&mut id);
        }
    }
    Ok(None)
}

async fn line(stream: &mut BufStream<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.strip_suffix("\r\n").map(str::to_owned))
}

async fn say(stream: &mut BufStream<TcpStream>, reply: &str) -> io::Result<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    stream.flush().await
}
