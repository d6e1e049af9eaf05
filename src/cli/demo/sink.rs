//! The demonstration's next hop: a small mail server on this machine that keeps what it is given.
//!
//! It takes mail as the far side would, and can be told to misbehave as far sides do:
//! refuse, put off, hang, hang up, swallow.
//! It delivers nothing and keeps everything in memory; never put it in front of real mail.

mod dialogue;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One message as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What followed `MAIL FROM:`, parameters included.
    pub mail: String,
    /// What followed each accepted `RCPT TO:`, parameters included.
    pub recipients: Vec<String>,
    /// The message, CRLF line ends, dots unstuffed.
    pub message: Vec<u8>,
    /// It came over TLS.
    pub tls: bool,
}

/// Where in the dialogue a manner shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Before the greeting.
    Connect,
    /// At STARTTLS.
    StartTls,
    /// At MAIL.
    Mail,
    /// At a RCPT whose path contains this text.
    Recipient(String),
    /// At DATA.
    Data,
    /// After the first line of the message.
    Body,
    /// At the final dot.
    Dot,
}

/// What happens there instead of the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// This reply, without its line end: `450 4.2.1 later`.
    Say(String),
    /// The connection is closed.
    HangUp,
    /// Nothing, until the client goes away.
    Hang,
    /// The message is kept, and the connection closed without an answer.
    TakeAndHangUp,
}

/// One piece of behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Where.
    pub step: Step,
    /// What.
    pub act: Act,
    /// How many more times; `None` for ever.
    pub times: Option<u32>,
}

/// How a sink starts.
#[derive(Clone)]
pub struct Options {
    /// Lines of the EHLO reply after the first; STARTTLS is added where there is a certificate.
    pub extensions: Vec<String>,
    /// TLS, offered by STARTTLS.
    pub tls: Option<TlsAcceptor>,
    /// Behaviour out of the ordinary; the first that fits counts.
    pub manners: Vec<Manner>,
    /// Every reply comes an octet at a time.
    pub drips: bool,
}

/// A running sink; it ends when it is dropped.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    received: Mutex<Vec<Received>>,
    manners: Mutex<Vec<Manner>>,
    connections: Mutex<u64>,
    arrived: Notify,
}

impl Default for Options {
    fn default() -> Self {
        let extensions = [
            "PIPELINING",
            "SIZE 36700160",
            "8BITMIME",
            "SMTPUTF8",
            "DSN",
            "ENHANCEDSTATUSCODES",
        ];
        Self {
            extensions: extensions.map(str::to_owned).to_vec(),
            tls: None,
            manners: Vec::new(),
            drips: false,
        }
    }
}

impl Manner {
    /// Behaviour that stays.
    #[must_use]
    pub fn always(step: Step, act: Act) -> Self {
        Self {
            step,
            act,
            times: None,
        }
    }

    /// Behaviour that shows once.
    #[must_use]
    pub fn once(step: Step, act: Act) -> Self {
        Self {
            step,
            act,
            times: Some(1),
        }
    }
}

impl Sink {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn start(options: Options) -> io::Result<Self> {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)), options).await
    }

    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub async fn start_on(address: SocketAddr, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        lock(&state.manners).clone_from(&options.manners);
        let task = tokio::spawn(serve(listener, options, Arc::clone(&state)));
        Ok(Self {
            address,
            state,
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything received so far, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state.received).clone()
    }

    /// Waits until at least `count` messages were received, and returns all of them.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        loop {
            let arrived = self.state.arrived.notified();
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            arrived.await;
        }
    }

    /// Connections taken so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        *lock(&self.state.connections)
    }

    /// Replaces its behaviour from the next command on.
    pub fn behave(&self, manners: Vec<Manner>) {
        *lock(&self.state.manners) = manners;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    /// What to do at a step, if not the usual.
    fn manner_at(&self, at: impl Fn(&Step) -> bool) -> Option<Act> {
        let mut manners = lock(&self.manners);
        let manner = manners
            .iter_mut()
            .find(|manner| manner.times != Some(0) && at(&manner.step))?;
        manner.times = manner.times.map(|times| times - 1);
        Some(manner.act.clone())
    }

    fn take(&self, received: Received) {
        lock(&self.received).push(received);
        self.arrived.notify_waiters();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Dialogues belong to this task's set, so that aborting it ends them too.
async fn serve(listener: TcpListener, options: Options, state: Arc<State>) {
    let mut dialogues = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *lock(&state.connections) += 1;
        while dialogues.try_join_next().is_some() {}
        let (options, state) = (options.clone(), Arc::clone(&state));
        dialogues.spawn(async move {
            // A client that goes away ends its dialogue, whatever the reason.
            drop(dialogue::hold(stream, &options, &state).await);
        });
    }
}
