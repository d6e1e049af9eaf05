//! A scanner of a few lines that speaks clamd's INSTREAM (clamd(8)) and knows one signature.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const COMMAND: &[u8] = b"zINSTREAM\0";
const SIGNATURE: &[u8] = b"STANDARD-ANTIVIRUS-TEST-FILE!";

/// A scanner at work; ends when dropped.
pub(super) struct StandIn {
    pub(super) address: String,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl StandIn {
    /// Takes messages of at most `limit` octets.
    pub(super) async fn start(limit: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                // Whoever hangs up early gets no answer.
                let _gone = answer(stream, limit).await;
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// An address where nobody listens.
    pub(super) async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().to_string()
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, limit: usize) -> io::Result<()> {
    let mut command = [0; COMMAND.len()];
    stream.read_exact(&mut command).await?;
    if command != COMMAND {
        return stream.write_all(b"UNKNOWN COMMAND\0").await;
    }
    let mut message = Vec::new();
    loop {
        let length = stream.read_u32().await? as usize;
        if length == 0 {
            break;
        }
        if message.len() + length > limit {
            // clamd answers and hangs up, whatever is still to come.
            return stream
                .write_all(b"INSTREAM size limit exceeded. ERROR\0")
                .await;
        }
        let mut chunk = vec![0; length];
        stream.read_exact(&mut chunk).await?;
        message.extend(chunk);
    }
    let mut windows = message.windows(SIGNATURE.len());
    let reply: &[u8] = if windows.any(|window| window == SIGNATURE) {
        b"stream: Eicar-Signature FOUND\0"
    } else {
        b"stream: OK\0"
    };
    stream.write_all(reply).await
}
