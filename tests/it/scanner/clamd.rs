//! clamd itself, with one signature of our own, on a socket in a folder of its own.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A running clamd; ends when dropped.
pub(super) struct Clamd {
    folder: TempDir,
    process: Child,
}

impl Clamd {
    /// Starts it where it is installed, knowing `pattern`, and waits until it listens.
    pub(super) fn start(pattern: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let signature = folder.path().join("own.ndb");
        fs::write(signature, format!("Eicar-Signature:0:*:{}\n", hex(pattern))).unwrap();
        let path = folder.path().display();
        let config = format!(
            "DatabaseDirectory {path}\nLocalSocket {path}/clamd.sock\nForeground yes\nMaxThreads 2\n"
        );
        let file = folder.path().join("clamd.conf");
        fs::write(&file, config).unwrap();
        let program = ["clamd", "/usr/sbin/clamd"];
        let mut started = program.iter().map(|program| {
            Command::new(program)
                .arg("--config-file")
                .arg(&file)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
        });
        let missing = |error: &std::io::Error| error.kind() == ErrorKind::NotFound;
        let started = started.find(|one| !one.as_ref().is_err_and(missing))?;
        let mut process = started.unwrap();
        // It says so once it is ready.
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut ready = lines.map_while(Result::ok);
        let ready = ready.any(|line| line.contains("Self checking"));
        assert!(ready, "clamd ended before it was ready");
        Some(Self { folder, process })
    }

    /// Its socket.
    pub(super) fn address(&self) -> String {
        self.folder.path().join("clamd.sock").display().to_string()
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
