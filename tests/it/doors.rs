//! The door over real sockets: connections are counted, and a stop is in good order.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use schoolgate::receive::{Kind, Listener, Settings, listen};

use crate::postbox::Postbox;

fn settings() -> Settings {
    Settings {
        listeners: vec![Listener {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            kind: Kind::Relay,
        }],
        ..Settings::default()
    }
}

async fn reply(stream: &mut BufStream<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line
}

async fn connect(address: SocketAddr) -> BufStream<TcpStream> {
    BufStream::new(TcpStream::connect(address).await.unwrap())
}

#[tokio::test]
async fn a_stop_closes_the_door_ends_idle_sessions_and_finishes_the_message_in_hand() {
    let (postbox, stop) = (Arc::new(Postbox::default()), CancellationToken::new());
    let door = listen(settings(), postbox.clone(), stop.clone())
        .await
        .unwrap();
    let address = door.addresses()[0];
    let mut idle = connect(address).await;
    assert!(reply(&mut idle).await.starts_with("220 "));
    let mut busy = connect(address).await;
    assert!(reply(&mut busy).await.starts_with("220 "));
    for line in [
        "HELO x\r\n",
        "MAIL FROM:<a@oakfield.sch.uk>\r\n",
        "RCPT TO:<b@family.example>\r\n",
        "DATA\r\n",
    ] {
        busy.write_all(line.as_bytes()).await.unwrap();
        busy.flush().await.unwrap();
        let code = if line == "DATA\r\n" { "354" } else { "250" };
        assert!(reply(&mut busy).await.starts_with(code));
    }
    stop.cancel();
    assert!(reply(&mut idle).await.starts_with("421 4.3.2 "));
    assert_eq!(reply(&mut idle).await, "");
    busy.write_all(b"Subject: in hand\r\n.\r\n").await.unwrap();
    busy.flush().await.unwrap();
    assert!(reply(&mut busy).await.starts_with("250 2.0.0 "));
    assert!(reply(&mut busy).await.starts_with("421 4.3.2 "));
    door.closed().await;
    assert!(postbox.take().is_some());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn one_address_cannot_take_every_place() {
    let mut settings = settings();
    settings.limits.connections_per_address = 1;
    let stop = CancellationToken::new();
    let door = listen(settings, Arc::new(Postbox::default()), stop.clone())
        .await
        .unwrap();
    let mut first = connect(door.addresses()[0]).await;
    assert!(reply(&mut first).await.starts_with("220 "));
    let mut second = connect(door.addresses()[0]).await;
    assert!(reply(&mut second).await.starts_with("421 4.7.0 "));
    first.write_all(b"QUIT\r\n").await.unwrap();
    first.flush().await.unwrap();
    assert!(reply(&mut first).await.starts_with("221 "));
    stop.cancel();
    door.closed().await;
}
