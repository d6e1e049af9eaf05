//! A private Postfix on loopback: its own configuration, queue and log in a temporary folder, gone when dropped.
//!
//! Its master process starts only as root; its other processes run as `postfix`, as the package sets them up.

use std::fs::{self, Permissions};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A running Postfix that sends everything on.
pub(super) struct Postfix {
    folder: TempDir,
    address: SocketAddr,
}

const SERVICES: &str = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";

impl Postfix {
    /// One that hands everything to `next`, with `more` lines of `main.cf`.
    pub(super) fn start(next: SocketAddr, more: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("peer-").tempdir().unwrap();
        let place = folder.path();
        fs::set_permissions(place, Permissions::from_mode(0o755)).unwrap();
        for name in ["conf", "queue", "data"] {
            fs::create_dir(place.join(name)).unwrap();
        }
        run("chown", &["postfix", &place.join("data").to_string_lossy()]);
        let address = free_address();
        fs::write(place.join("conf/main.cf"), settings(place, next, more)).unwrap();
        let services = format!("{address} inet n - n - - smtpd\n{SERVICES}");
        fs::write(place.join("conf/master.cf"), services).unwrap();
        run(
            "postfix",
            &["-c", &place.join("conf").to_string_lossy(), "start"],
        );
        Self { folder, address }
    }

    /// Where it takes mail.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has logged.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let conf = self.folder.path().join("conf");
        run("postfix", &["-c", &conf.to_string_lossy(), "stop"]);
    }
}

fn settings(place: &Path, next: SocketAddr, more: &str) -> String {
    let place = place.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = {place}/log
maillog_file_prefixes = {place}
myhostname = postfix.oakfield.sch.uk
myorigin = oakfield.sch.uk
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [{}]:{}
smtp_dns_support_level = disabled
smtp_host_lookup = native
{more}
",
        next.ip(),
        next.port()
    )
}

/// Postfix cannot be asked which port the system chose.
fn free_address() -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}

#[track_caller]
fn run(program: &str, arguments: &[&str]) {
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
    let status = Command::new(program)
        .args(arguments)
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "{program} {arguments:?}");
}
