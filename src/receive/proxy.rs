//! The PROXY protocol, version 2: who is behind a load balancer (`proxy-protocol.txt` of `HAProxy`, section 2.2).
//!
//! Believed from configured balancers only; the listener sees to that. Version 1, a line of text, is not understood.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt};

/// What every header begins with: chosen to be no line of any protocol.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Addresses and additions together; more is no honest header.
const LONGEST: usize = 4_096;

/// What a header says about the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A client behind the balancer.
    Client(IpAddr),
    /// The balancer itself, to see whether we are alive; or a client it says nothing about.
    Balancer,
}

/// Reads the header at the front of a connection, and nothing beyond it.
///
/// # Errors
/// `InvalidData` when there is none, and whatever the stream says.
pub(crate) async fn origin<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Origin> {
    let mut fixed = [0; 16];
    stream.read_exact(&mut fixed).await?;
    let [head @ .., high, low] = fixed;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if !head.starts_with(&SIGNATURE) || length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut addresses = vec![0; length];
    stream.read_exact(&mut addresses).await?;
    let [.., command, family] = head;
    parsed(command, family, &addresses).ok_or(io::ErrorKind::InvalidData.into())
}

/// `command` holds version and command, `family` address family and transport.
fn parsed(command: u8, family: u8, addresses: &[u8]) -> Option<Origin> {
    match (command, family) {
        (0x20, _) | (0x21, 0x00) => Some(Origin::Balancer),
        (0x21, 0x11) => {
            let source: [u8; 4] = *addresses.get(..12)?.first_chunk()?;
            Some(Origin::Client(Ipv4Addr::from(source).into()))
        }
        (0x21, 0x21) => {
            let source: [u8; 16] = *addresses.get(..36)?.first_chunk()?;
            Some(Origin::Client(Ipv6Addr::from(source).to_canonical()))
        }
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, addresses].concat()
    }

    #[tokio::test]
    async fn the_client_behind_the_balancer_is_found_and_what_follows_is_left() {
        let v4 = [192, 0, 2, 9, 10, 0, 0, 1, 1, 2, 0, 25];
        let mut v6 = [0; 36];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        for (command, family, addresses, origin_seen) in [
            (
                0x21,
                0x11,
                &v4[..],
                Origin::Client("192.0.2.9".parse().unwrap()),
            ),
            (
                0x21,
                0x21,
                &v6[..],
                Origin::Client("2001:db8::".parse().unwrap()),
            ),
            (0x20, 0x11, &v4[..], Origin::Balancer),
            (0x21, 0x00, &[], Origin::Balancer),
        ] {
            let octets = [header(command, family, addresses), b"EHLO x\r\n".to_vec()].concat();
            let mut stream = &octets[..];
            assert_eq!(origin(&mut stream).await.unwrap(), origin_seen);
            assert_eq!(stream, b"EHLO x\r\n");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        for octets in [
            b"EHLO client.example\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.9 10.0.0.1 1 25\r\n".to_vec(),
            header(0x21, 0x11, &[192, 0, 2, 9]),
            header(0x31, 0x11, &[0; 12]),
            header(0x21, 0x12, &[0; 12]),
            header(0x21, 0x11, &[0; 5_000]),
            header(0x21, 0x11, &[0; 12])[..20].to_vec(),
        ] {
            assert!(origin(&mut &octets[..]).await.is_err());
        }
    }
}
