//! The octet stream below lettre: plain or TLS, with a limit on standing still.
//!
//! lettre's async connection has no time-out of its own, so the stream has one:
//! a write that makes no progress, or a read that brings nothing, ends in [`io::ErrorKind::TimedOut`].
//! Octets of replies that are not ASCII become `?`, because lettre gives up the whole connection
//! over one Latin-1 letter in an error text.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};
use tokio_rustls::client::TlsStream;

/// What carries the dialogue.
pub(super) enum Carrier {
    /// TCP in clear.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

/// A carrier that never waits longer than it should.
pub(super) struct Wire {
    carrier: Carrier,
    write_stall: Duration,
    read_stall: Duration,
    timer: Pin<Box<Sleep>>,
    waiting: bool,
}

impl Wire {
    /// Wraps `carrier`; `write_stall` and `read_stall` are the longest times without any progress.
    pub(super) fn new(carrier: Carrier, write_stall: Duration, read_stall: Duration) -> Self {
        Self {
            carrier,
            write_stall,
            read_stall,
            timer: Box::pin(sleep(read_stall)),
            waiting: false,
        }
    }

    /// Passes a result on, starts the timer when it is the first wait, and ends a wait that is too long.
    fn within<T>(
        &mut self,
        limit: Duration,
        result: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.waiting = false;
            return result;
        }
        if !self.waiting {
            self.waiting = true;
            self.timer.as_mut().reset(Instant::now() + limit);
        }
        match self.timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = match &mut self.carrier {
            Carrier::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Carrier::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        };
        for octet in buf.filled_mut().iter_mut().skip(before) {
            if !octet.is_ascii() {
                *octet = b'?';
            }
        }
        let limit = self.read_stall;
        self.within(limit, result, cx)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = match &mut self.carrier {
            Carrier::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Carrier::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        };
        let limit = self.write_stall;
        self.within(limit, result, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = match &mut self.carrier {
            Carrier::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Carrier::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        };
        let limit = self.write_stall;
        self.within(limit, result, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.carrier {
            Carrier::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Carrier::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.carrier {
            Carrier::Plain(stream) => stream.peer_addr(),
            Carrier::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.carrier {
            Carrier::Plain(_) => "Wire(plain)",
            Carrier::Tls(_) => "Wire(TLS)",
        })
    }
}
