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
use crate::receive::connection;
use crate::receive::door::Door;
use crate::receive::proxy::{self, Origin};
use crate::receive::reply;
use crate::receive::session::random_id;
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

    fn admit(&self, stream: TcpStream, peer: IpAddr, kind: Kind) {
        drop(stream.set_nodelay(true));
        let balancers = &self.door.settings.proxies;
        if balancers.iter().any(|balancer| balancer.contains(peer)) {
            drop(
                self.tasks
                    .spawn(self.clone().unwrap_proxy(stream, peer, kind)),
            );
        } else {
            self.seat(stream, peer, kind);
        }
    }

    /// Counts the client that the balancer names, not the balancer.
    async fn unwrap_proxy(self, mut stream: TcpStream, peer: IpAddr, kind: Kind) {
        let limit = self.door.settings.limits.handshake_time;
        let header = tokio::time::timeout(limit, proxy::origin(&mut stream));
        match self.abandon.run_until_cancelled(header).await {
            Some(Ok(Ok(Origin::Client(client)))) => self.seat(stream, client, kind),
            Some(Ok(Ok(Origin::Balancer))) => self.seat(stream, peer, kind),
            Some(Ok(Err(_)) | Err(_)) | None => {
                tracing::warn!(balancer = %peer, "a connection came without its PROXY header");
            }
        }
    }

    /// Gives the client a place, or turns it away.
    fn seat(&self, stream: TcpStream, client: IpAddr, kind: Kind) {
        let task = self.clone();
        if let Some(place) = self.crowd.admit(client, &self.door.settings) {
            drop(self.tasks.spawn(task.serve(stream, kind, place)));
        } else {
            drop(self.tasks.spawn(task.turn_away(stream, client)));
        }
    }

    async fn serve(self, stream: TcpStream, kind: Kind, place: Place) {
        let served = connection::serve(stream, place.address, kind, self.door, self.stop);
        match self.abandon.run_until_cancelled(served).await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                tracing::info!(client = %place.address, %error, "connection ended early");
            }
            None => tracing::warn!(client = %place.address, "connection cut"),
        }
    }

    async fn turn_away(self, mut stream: TcpStream, client: IpAddr) {
        let settings = &self.door.settings;
        let mut reply = reply::too_many_connections(&settings.hostname);
        if let Some(reference) = random_id() {
            tracing::info!(%reference, %client, %reply, "refused");
            reply = reply.under(&reference);
        }
        let reply = reply.octets();
        let said = tokio::time::timeout(settings.limits.reply_time, stream.write_all(&reply));
        drop(self.stop.run_until_cancelled(said).await);
    }
}
