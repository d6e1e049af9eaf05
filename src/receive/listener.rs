//! Sockets: binds, accepts, counts connections, and stops in good order.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mail::outcome::Handler;
use crate::receive::connection::{self, ConnectionError};
use crate::receive::door::Door;
use crate::receive::reply;
use crate::receive::{Kind, Settings};

/// Why the door could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// An address cannot be listened on: in use, not ours, or not allowed.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address as configured.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system has no random numbers.
    #[error("the system has no random numbers")]
    Random,
}

/// An open door.
#[derive(Debug)]
pub struct Listening {
    addresses: Vec<SocketAddr>,
    tasks: TaskTracker,
    stop: CancellationToken,
    drain_time: Duration,
    abandon: CancellationToken,
}

impl Listening {
    /// The addresses listened on, in the order of the settings, with the ports the system chose.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Waits until the door is told to stop and every connection has ended.
    ///
    /// Messages being received or handled have `drain_time` to end; then their connections are cut, unanswered.
    pub async fn closed(self) {
        self.stop.cancelled().await;
        if tokio::time::timeout(self.drain_time, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = self.tasks.len(),
                "connections cut at the end of the time to stop"
            );
            self.abandon.cancel();
            self.tasks.wait().await;
        }
    }
}

/// Connections open now, in all and from each address.
#[derive(Debug, Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

/// One connection's place in the crowd; given back when dropped.
#[derive(Debug)]
struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    fn admit(self: &Arc<Self>, address: IpAddr, settings: &Settings) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.get(&address).copied().unwrap_or(0);
        let all: usize = open.values().sum();
        if here >= settings.limits.connections_per_address || all >= settings.limits.connections {
            return None;
        }
        open.insert(address, here + 1);
        Some(Place {
            crowd: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = open.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Binds every listener, then serves.
pub(crate) async fn open(
    settings: Settings,
    handler: Arc<dyn Handler>,
    stop: CancellationToken,
) -> Result<Listening, ListenError> {
    let mut sockets = Vec::new();
    for listener in &settings.listeners {
        let address = listener.address;
        let bound = TcpListener::bind(address).await;
        let socket = bound.map_err(|source| ListenError::Bind { address, source })?;
        sockets.push((socket, listener.kind));
    }
    let addresses = sockets
        .iter()
        .filter_map(|(socket, _)| socket.local_addr().ok())
        .collect();
    let drain_time = settings.limits.drain_time;
    let entrance = Entrance {
        door: Door::new(settings, handler).map_err(|_| ListenError::Random)?,
        crowd: Arc::default(),
        tasks: TaskTracker::new(),
        stop: stop.clone(),
        abandon: CancellationToken::new(),
    };
    for (socket, kind) in sockets {
        entrance.tasks.spawn(entrance.clone().accept(socket, kind));
    }
    entrance.tasks.close();
    Ok(Listening {
        addresses,
        tasks: entrance.tasks,
        stop,
        drain_time,
        abandon: entrance.abandon,
    })
}

/// What every accepting task needs.
#[derive(Clone)]
struct Entrance {
    door: Door,
    crowd: Arc<Crowd>,
    tasks: TaskTracker,
    stop: CancellationToken,
    abandon: CancellationToken,
}

impl Entrance {
    /// Accepts until told to stop; then the socket closes at once.
    async fn accept(self, socket: TcpListener, kind: Kind) {
        loop {
            let accepted = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                accepted = socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.admit(stream, peer.ip().to_canonical(), kind),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "cannot accept a connection"
                    );
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream, address: IpAddr, kind: Kind) {
        drop(stream.set_nodelay(true));
        match self.crowd.admit(address, &self.door.settings) {
            Some(place) => drop(self.tasks.spawn(self.clone().serve(stream, kind, place))),
            None => drop(
                self.tasks
                    .spawn(turn_away(stream, self.door.settings.hostname.clone())),
            ),
        }
    }

    async fn serve(self, stream: TcpStream, kind: Kind, place: Place) {
        let served = tokio::select! {
            served = connection::serve(stream, place.address, kind, self.door, self.stop) => served,
            () = self.abandon.cancelled() => Err(ConnectionError::TimedOut),
        };
        if let Err(error) = served {
            tracing::info!(client = %place.address, %error, "connection ended early");
        }
    }
}

async fn turn_away(mut stream: TcpStream, hostname: String) {
    let reply = reply::too_many_connections(&hostname).octets();
    drop(tokio::time::timeout(Duration::from_secs(1), stream.write_all(&reply)).await);
}
