//! The real binary on the sample school, killed and started again, and its store looked at while it is dead.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use jiff::Timestamp;
use schoolgate::mail::id::MessageId;
use schoolgate::store::Store as _;
use schoolgate::store::ledger::Verified;
use schoolgate::store::sqlite::SqliteStore;
use schoolgate::store::views::Sought;
use tempfile::TempDir;

use crate::harness::OAKFIELD;

/// The sample school in front of one next hop.
pub(crate) struct Gateway {
    folder: TempDir,
    /// What commands are run with, where they cannot see the data folder otherwise.
    inside: Vec<String>,
}

/// Its process.
pub(crate) struct Running {
    process: Child,
    says: BufReader<ChildStdout>,
    log: PathBuf,
}

/// What is not done: a delivery by its Message-ID, a notice by the beginning of its own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Queued(BTreeSet<String>);

/// What a store says while nobody has it open.
#[derive(Debug)]
pub(crate) struct DeadStore {
    pub(crate) queued: Queued,
    /// Where each message stands, by its Message-ID.
    pub(crate) ends: BTreeMap<String, String>,
    pub(crate) ledger: Verified,
}

/// Who writes in these tests.
const SENDERS: [&str; 2] = ["k.fletcher@oakfield.sch.uk", "l.chapman@oakfield.sch.uk"];

impl Gateway {
    pub(crate) fn new(next_hop: u16) -> Self {
        Self::with(next_hop, "")
    }

    /// `more` stands before the first block of the configuration.
    pub(crate) fn with(next_hop: u16, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/school");
        let school = fs::read_to_string(sample.join("gateway.toml")).unwrap();
        let copied = Command::new("cp")
            .arg("-r")
            .arg(sample.join("."))
            .arg(folder.path())
            .status();
        assert!(copied.unwrap().success());
        let config = format!(
            "hostname = \"gate.oakfield.sch.uk\"\ndata = \"data\"\n{more}\n[receive]\nlisten = [\"127.0.0.1:0\"]\n\
             [next_hop]\nhost = \"127.0.0.1\"\nport = {next_hop}\ntls = \"none\"\n\n{school}"
        );
        fs::write(folder.path().join("gateway.toml"), config).unwrap();
        Self {
            folder,
            inside: Vec::new(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has commands run where this process has its mounts; the data folder there, from here.
    pub(crate) fn go_inside(&mut self, process: u32) -> PathBuf {
        let target = format!("--target={process}");
        let inside = ["nsenter", "--user", "--mount", "--preserve-credentials"];
        self.inside = inside.map(str::to_owned).to_vec();
        self.inside.push(target);
        PathBuf::from(format!(
            "/proc/{process}/root{}",
            self.path("data").display()
        ))
    }

    pub(crate) fn start(&self) -> Running {
        self.start_through(Command::new(env!("CARGO_BIN_EXE_schoolgate")))
    }

    /// Starts it with a command that ends in running the binary.
    pub(crate) fn start_through(&self, mut command: Command) -> Running {
        let log = self.path("log");
        command
            .arg("serve")
            .arg("--config")
            .arg(self.path("gateway.toml"));
        command
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap());
        let mut process = command.spawn().unwrap();
        let says = BufReader::new(process.stdout.take().unwrap());
        Running { process, says, log }
    }

    /// Asks the real command line until nothing is queued any more.
    pub(crate) async fn emptied(&self) {
        while !self.says(&["queue", "list", "--json"]).trim().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// What a command says that must succeed.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let binary = env!("CARGO_BIN_EXE_schoolgate").to_owned();
        let mut words = self.inside.iter().chain([&binary]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(arguments);
        command.arg("--config").arg(self.path("gateway.toml"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What is not done; read while the gateway is dead.
    pub(crate) async fn queued(&self) -> Queued {
        let copy = self.copy_of_store();
        let store = SqliteStore::open(&copy.path().join("data")).await.unwrap();
        let queued = queued(&store).await;
        store.close().await;
        queued
    }

    /// Everything; read while the gateway is dead.
    pub(crate) async fn dead_store(&self) -> DeadStore {
        let copy = self.copy_of_store();
        let store = SqliteStore::open(&copy.path().join("data")).await.unwrap();
        let dead = look(&store).await;
        store.close().await;
        dead
    }

    /// A copy, so that the gateway is the one that mends its own.
    fn copy_of_store(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        let folder = copy.path().join("data");
        fs::DirBuilder::new().mode(0o700).create(&folder).unwrap();
        for name in ["schoolgate.db", "schoolgate.db-wal", "store.key"] {
            let file = self.path("data").join(name);
            // Killed before it was made.
            if file.exists() {
                fs::copy(file, folder.join(name)).unwrap();
            }
        }
        copy
    }
}

async fn queued(store: &SqliteStore) -> Queued {
    let mut queued = Queued::default();
    for work in store.queue(OAKFIELD, Timestamp::MAX).await.unwrap() {
        queued.0.insert(match work.work.as_str() {
            "deliver" => header_id(store, &work.message).await,
            _ => format!("{}.", work.message),
        });
    }
    queued
}

async fn look(store: &SqliteStore) -> DeadStore {
    let mut ends = BTreeMap::new();
    for sender in SENDERS {
        let sought = Sought::Address(sender.parse().unwrap());
        let traced = store
            .trace(OAKFIELD, &sought, usize::MAX >> 1)
            .await
            .unwrap();
        for message in traced {
            let end = message.recipients[0].disposition.to_string();
            ends.insert(header_id(store, &message.id).await, end);
        }
    }
    DeadStore {
        queued: queued(store).await,
        ends,
        ledger: store.verify(OAKFIELD).await.unwrap(),
    }
}

async fn header_id(store: &SqliteStore, id: &MessageId) -> String {
    let facts = store.facts(OAKFIELD, id).await.unwrap();
    facts.header_id.unwrap()
}

impl Queued {
    /// Whether the message of this copy, or the notice with this Message-ID, is not done.
    pub(crate) fn has(&self, copy: &str) -> bool {
        let id = copy.split(' ').next().unwrap_or_default();
        let notice = id
            .split_once('.')
            .map(|(reference, _)| format!("{reference}."));
        self.0.contains(id) || notice.is_some_and(|notice| self.0.contains(&notice))
    }
}

impl Running {
    /// Where it takes mail, once it says so.
    pub(crate) fn door(&mut self) -> SocketAddr {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        let door = line.trim().strip_prefix("listening on ");
        let door = door.unwrap_or_else(|| panic!("{line:?} {}", self.log()));
        door.parse().unwrap()
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Ends it as a service manager does.
    pub(crate) fn stop(&mut self) {
        let process = self.process.id().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &process]).status();
        assert!(told.unwrap().success());
        assert!(self.process.wait().unwrap().success(), "{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
