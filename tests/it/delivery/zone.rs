//! A DNS server on loopback that answers from a list (RFC 1035 section 4), over UDP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What a name has.
#[derive(Clone)]
pub(super) enum Record {
    Mx(u16, &'static str),
    A(Ipv4Addr),
    Txt(String),
    /// The server does not know at present (SERVFAIL).
    Trouble,
}

/// A running server; it ends when it is dropped.
pub(super) struct Zone {
    pub(super) address: SocketAddr,
    records: Arc<Mutex<Vec<(String, Record)>>>,
    task: JoinHandle<()>,
}

impl Zone {
    pub(super) async fn start(records: &[(&str, Record)]) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let records = Arc::new(Mutex::new(owned(records)));
        let task = tokio::spawn(serve(socket, Arc::clone(&records)));
        Self {
            address,
            records,
            task,
        }
    }

    /// Answers from these from now on.
    pub(super) fn replace(&self, records: &[(&str, Record)]) {
        *self.records.lock().unwrap() = owned(records);
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn owned(records: &[(&str, Record)]) -> Vec<(String, Record)> {
    let one = |(name, record): &(&str, Record)| ((*name).to_owned(), record.clone());
    records.iter().map(one).collect()
}

async fn serve(socket: UdpSocket, records: Arc<Mutex<Vec<(String, Record)>>>) {
    let mut packet = [0; 1500];
    while let Ok((length, client)) = socket.recv_from(&mut packet).await {
        let answer = answer(&packet[..length], &records.lock().unwrap());
        socket.send_to(&answer, client).await.unwrap();
    }
}

fn answer(question: &[u8], records: &[(String, Record)]) -> Vec<u8> {
    let (name, end) = name_at(question, 12);
    let kind = u16::from_be_bytes([question[end], question[end + 1]]);
    let of_name: Vec<&Record> = records
        .iter()
        .filter(|(owner, _)| *owner == name)
        .map(|(_, record)| record)
        .collect();
    let answers: Vec<Vec<u8>> = of_name.iter().filter_map(|r| encoded(r, kind)).collect();
    let code: u8 = match of_name.as_slice() {
        [] => 3,
        all if all.iter().any(|record| matches!(record, Record::Trouble)) => 2,
        _ => 0,
    };
    let count = u8::try_from(answers.len()).unwrap();
    let mut packet = question[..2].to_vec();
    packet.extend([0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    packet.extend(&question[12..end + 4]);
    packet.extend(answers.concat());
    packet
}

/// The name that stands there, in lower case, and where it ends.
fn name_at(packet: &[u8], mut at: usize) -> (String, usize) {
    let mut labels = Vec::new();
    while packet[at] != 0 {
        let length = usize::from(packet[at]);
        let label = String::from_utf8_lossy(&packet[at + 1..=at + length]);
        labels.push(label.to_lowercase());
        at += length + 1;
    }
    (labels.join("."), at + 1)
}

/// The record as an answer, where it is of the kind asked for; kept for no time, so that tests may change it.
fn encoded(record: &Record, asked: u16) -> Option<Vec<u8>> {
    let (kind, data): (u16, Vec<u8>) = match record {
        Record::A(address) => (1, address.octets().to_vec()),
        Record::Mx(preference, server) => {
            let mut data = preference.to_be_bytes().to_vec();
            for label in server.split('.').filter(|label| !label.is_empty()) {
                data.push(u8::try_from(label.len()).unwrap());
                data.extend(label.as_bytes());
            }
            data.push(0);
            (15, data)
        }
        Record::Txt(text) => {
            let mut data = vec![u8::try_from(text.len()).unwrap()];
            data.extend(text.as_bytes());
            (16, data)
        }
        Record::Trouble => return None,
    };
    let mut answer = vec![0xC0, 12];
    answer.extend(kind.to_be_bytes());
    answer.extend([0, 1, 0, 0, 0, 0]);
    answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    answer.extend(data);
    (kind == asked).then_some(answer)
}
