//! A gateway in a process of its own on the demonstration's stage, and the commands that other processes give it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::timeout;

use schoolgate::cli::demo::post::{self, Letter};
use schoolgate::cli::demo::sink::Received;
use schoolgate::cli::demo::stage::Stage;

/// The longest anything may take; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// The sample school with its next hop, and the gateway's process.
pub(super) struct House {
    pub(super) stage: Stage,
    gateway: Running,
}

struct Running {
    process: Child,
    log: Receiver<String>,
    door: SocketAddr,
}

impl House {
    /// Everything set up and the gateway running.
    pub(super) async fn open() -> Self {
        Self::with("", &[]).await
    }

    /// The same with more in its configuration, and files beside it.
    pub(super) async fn with(more: &str, files: &[(&str, &str)]) -> Self {
        let stage = Stage::set().await.unwrap();
        let config = std::fs::read_to_string(stage.config_file()).unwrap();
        let quick = config.replace("[delivery]\n", "[delivery]\ngrace = \"1s\"\n");
        std::fs::write(stage.config_file(), format!("{quick}\n{more}")).unwrap();
        for (name, text) in files {
            let path = stage.config_file().with_file_name(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let gateway = Running::start(&stage);
        Self { stage, gateway }
    }

    /// Stops the gateway and changes its configuration.
    pub(super) fn configure(&mut self, what: &str, becomes: &str) {
        self.stop();
        let config = std::fs::read_to_string(self.stage.config_file()).unwrap();
        assert!(config.contains(what), "{config}");
        let config = config.replace(what, becomes);
        std::fs::write(self.stage.config_file(), config).unwrap();
    }

    /// Starts it again after [`House::stop`].
    pub(super) fn restart(&mut self) {
        self.gateway = Running::start(&self.stage);
    }

    /// Ends the gateway as a service manager does.
    pub(super) fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        let deadline = Instant::now() + PATIENCE;
        while self.gateway.line_before(deadline).is_some() {}
        self.gateway.process.wait().unwrap()
    }

    /// Sends the gateway a signal.
    pub(super) fn signal(&self, name: &str) {
        let process = self.gateway.process.id().to_string();
        let status = Command::new("kill").args(["-s", name, &process]).status();
        assert!(status.unwrap().success());
    }

    /// Kills every process of the gateway that waits to read attachments; how many there were.
    pub(super) fn kill_readers(&self) -> usize {
        let gateway = self.gateway.process.id().to_string();
        let mut killed = 0;
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // After the name in brackets: the state, then the parent (proc_pid_stat(5)).
            let after = stat.rsplit_once(") ").map(|(_, rest)| rest);
            let parent = after.and_then(|rest| rest.split(' ').nth(1));
            if parent == Some(gateway.as_str()) {
                let process = entry.file_name();
                let status = Command::new("kill")
                    .args(["-s", "KILL"])
                    .arg(process)
                    .status();
                killed += usize::from(status.unwrap().success());
            }
        }
        killed
    }

    /// Stops the gateway; every line of its log that was not read yet.
    pub(super) fn log_to_the_end(&mut self) -> Vec<String> {
        self.signal("TERM");
        let deadline = Instant::now() + PATIENCE;
        let lines = std::iter::from_fn(|| self.gateway.line_before(deadline));
        lines.collect()
    }

    /// Waits until the log says `text`; the line that does.
    #[track_caller]
    pub(super) fn logs(&self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = String::new();
        while let Some(line) = self.gateway.line_before(deadline) {
            if line.contains(text) {
                return line;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        panic!("the log does not say {text:?}:\n{seen}");
    }

    /// Hands a message in; the answer is its reference.
    pub(super) async fn send(&self, letter: &Letter<'_>) -> String {
        let answer = post::send(self.gateway.door, letter).await.unwrap();
        assert!(answer.is_taken(), "{answer:?}");
        let reference = answer.text.split_whitespace().last();
        reference.unwrap().to_owned()
    }

    /// The first message at the next hop that is for `recipient` and contains `text`.
    pub(super) async fn arrived(&self, recipient: &str, text: &str) -> Received {
        let mut count = 1;
        loop {
            let waiting = timeout(PATIENCE, self.stage.sink.wait_for(count)).await;
            let received =
                waiting.unwrap_or_else(|_| panic!("nothing for {recipient} says {text}"));
            let found = received.iter().find(|one| is_for(one, recipient, text));
            if let Some(found) = found {
                return found.clone();
            }
            count = received.len() + 1;
        }
    }

    /// A command of another process, on the same configuration.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schoolgate"));
        let config = self.stage.config_file();
        command.args(arguments).arg("--config").arg(config);
        command
    }

    /// What a command that must succeed says.
    #[track_caller]
    pub(super) fn says(&self, arguments: &[&str]) -> String {
        said(arguments, &self.command(arguments).output().unwrap())
    }

    /// The JSON objects of a command, one a line.
    #[track_caller]
    pub(super) fn tells(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.says(arguments);
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect(&text)
    }

    /// Asks the same until the answer is right.
    #[track_caller]
    pub(super) fn until(&self, arguments: &[&str], is_right: impl Fn(&[Value]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = self.tells(arguments);
            if is_right(&told) {
                return;
            }
            assert!(Instant::now() < deadline, "{arguments:?}: still {told:?}");
        }
    }

    /// What a command says about `message` on its standard input.
    #[track_caller]
    pub(super) fn says_about(&self, arguments: &[&str], message: &[u8]) -> String {
        let mut process = self.piped(arguments);
        process.stdin.take().unwrap().write_all(message).unwrap();
        said(arguments, &process.wait_with_output().unwrap())
    }

    /// A command with a pipe at both ends.
    pub(super) fn piped(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().unwrap()
    }
}

#[track_caller]
fn said(arguments: &[&str], output: &Output) -> String {
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {problems}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn is_for(received: &Received, recipient: &str, text: &str) -> bool {
    let to = received.recipients.iter().any(|to| to.contains(recipient));
    to && String::from_utf8_lossy(&received.message).contains(text)
}

impl Running {
    fn start(stage: &Stage) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schoolgate"));
        command
            .arg("serve")
            .arg("--config")
            .arg(stage.config_file());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let log = lines(process.stderr.take().unwrap());
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let door = line.trim().strip_prefix("listening on ");
        let door = door.unwrap_or_else(|| panic!("{line:?}: {:?}", log.iter().collect::<Vec<_>>()));
        let door = door.parse().unwrap();
        Self { process, log, door }
    }

    /// The next line of the log; `None` when the process has ended.
    #[track_caller]
    fn line_before(&self, deadline: Instant) -> Option<String> {
        let rest = deadline.saturating_duration_since(Instant::now());
        match self.log.recv_timeout(rest) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("the gateway says nothing more and does not end")
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The lines of a pipe as they come; the channel ends with the pipe.
fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
