//! A whole gateway for a scenario: the sample school, a real store, a real next hop, real SMTP, and a clock that stands.
//!
//! Nothing here sleeps for a time: it waits for what must happen, and a test that waits for ever fails after a while.

use std::fs;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use schoolgate::cli::demo::post::{self, Answer, Letter};
use schoolgate::cli::demo::sink::{Manner, Received};
use schoolgate::cli::demo::stage::Stage;
use schoolgate::cli::running::Running;
use schoolgate::clock::Clock;
use schoolgate::config::{self, knowledge};
use schoolgate::extract::worker::Pool;
use schoolgate::limits::Limits;
use schoolgate::mail::id::MessageId;
use schoolgate::mail::mode::Mode;
use schoolgate::secret::Redacted;
use schoolgate::store::ledger::{Actor, Entry};
use schoolgate::store::recipient::{Disposition, RecipientState};
use schoolgate::store::review::HeldMessage;

use crate::golden;

/// The sample school's name.
pub(crate) const OAKFIELD: &str = "Oakfield Primary School";
/// Its data protection officer.
pub(crate) const DPO: &str = "dpo@oakfield.sch.uk";

/// A gateway at work.
pub(crate) struct Gate {
    running: Running,
    stage: Stage,
    clock: Clock,
}

/// A gateway before it starts.
pub(crate) struct Builder {
    stage: Stage,
    limit: fn(&mut Limits),
}

impl Gate {
    /// The sample school with its shipped policy.
    pub(crate) async fn test() -> Builder {
        Builder {
            stage: Stage::set().await.unwrap(),
            limit: |_| {},
        }
    }

    /// Sends a golden message in the envelope that its expectation gives it.
    pub(crate) async fn send(&self, case: &str) -> Answer {
        let (sender, recipients, message) = golden::letter(case);
        self.send_raw(&sender, &recipients, &message).await
    }

    /// Sends any message.
    pub(crate) async fn send_raw(&self, sender: &str, to: &[String], message: &[u8]) -> Answer {
        let recipients: Vec<&str> = to.iter().map(String::as_str).collect();
        let letter = Letter {
            sender,
            recipients: &recipients,
            message,
        };
        let address = self.running.address().unwrap();
        soon(post::send(address, &letter)).await.unwrap()
    }

    /// Waits until nothing is pending for any recipient of the message, and says where each stands.
    pub(crate) async fn settled(&self, school: &str, id: &MessageId) -> Vec<RecipientState> {
        let pending = |all: &[RecipientState]| {
            all.iter()
                .any(|one| one.disposition == Disposition::Pending)
        };
        self.standing(school, id, |all| !pending(all)).await
    }

    /// Waits until the recipients of the message stand as asked.
    pub(crate) async fn standing(
        &self,
        school: &str,
        id: &MessageId,
        wanted: impl Fn(&[RecipientState]) -> bool,
    ) -> Vec<RecipientState> {
        soon(async {
            loop {
                let states = self.running.store().recipients(school, id).await.unwrap();
                if wanted(&states) {
                    return states;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// Waits until nothing is due any more, and gives everything the next hop has.
    pub(crate) async fn arrived(&self) -> Vec<Received> {
        soon(async { while self.is_busy().await {} }).await;
        self.stage.sink.received()
    }

    async fn is_busy(&self) -> bool {
        let now = self.clock.now();
        let queue = self.running.store().queue(OAKFIELD, now).await.unwrap();
        queue.iter().any(|work| work.due <= now)
    }

    /// Waits until the next hop has as many messages.
    pub(crate) async fn arrivals(&self, count: usize) -> Vec<Received> {
        soon(async {
            while self.stage.sink.received().len() < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
        self.arrived().await
    }

    /// Where the first listener takes mail.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address().unwrap()
    }

    /// Where the listeners take mail: relay, submission, submission over TLS.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        self.running.addresses()
    }

    /// An account that may log in.
    pub(crate) async fn add_account(&self, school: &str, name: &str, password: &str) {
        let (name, password) = (name.parse().unwrap(), Redacted::new(password.to_owned()));
        let (now, store) = (self.clock.now(), self.running.store());
        let added = store.add_account(school, &name, &password, Actor::Gateway, now);
        added.await.unwrap();
    }

    /// The clauses that counted for a message, in order.
    pub(crate) async fn clauses(&self, school: &str, id: &MessageId) -> Vec<String> {
        let facts = self.running.store().facts(school, id).await.unwrap();
        let reasons = facts.judgement.reasons.into_iter();
        let counted = reasons.filter(|reason| reason.mode == Mode::Enforce);
        counted.map(|reason| reason.clause).collect()
    }

    /// What the ledger says about a message, in order.
    pub(crate) async fn ledger(&self, school: &str, id: &MessageId) -> Vec<Entry> {
        self.running.store().history(school, id).await.unwrap()
    }

    /// What is held at a school.
    pub(crate) async fn held(&self, school: &str) -> Vec<HeldMessage> {
        self.running.store().held(school).await.unwrap()
    }

    /// The data protection officer releases a message.
    pub(crate) async fn release(&self, id: &MessageId) {
        let reviewer = DPO.parse().unwrap();
        self.running.release(OAKFIELD, id, &reviewer).await.unwrap();
    }

    /// Changes how the next hop behaves.
    pub(crate) fn next_hop(&self, manners: Vec<Manner>) {
        self.stage.sink.behave(manners);
    }

    /// Lets time pass.
    pub(crate) fn after(&self, time: SignedDuration) {
        self.clock.advance(time);
        self.running.look();
    }

    /// Waits until so many messages have arrived for somebody.
    pub(crate) async fn told(&self, whom: &str, count: usize) {
        let told = || for_whom(&self.stage.sink.received(), whom).len();
        soon(async {
            while told() < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Waits until whoever sends reports has looked once more.
    pub(crate) async fn reported(&self) {
        soon(self.running.reported()).await;
    }

    /// The configuration it runs on.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.stage.config_file()
    }

    /// A command of another process on the same configuration, not started yet.
    pub(crate) fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schoolgate"));
        command
            .args(arguments)
            .arg("--config")
            .arg(self.config_file());
        command
    }

    /// What a command of another process comes to.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        tokio::task::block_in_place(|| self.prepared(arguments).output().unwrap())
    }

    /// What a command comes to on another configuration.
    pub(crate) fn run(config: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schoolgate"));
        command.args(arguments).args(["--config", config]);
        tokio::task::block_in_place(|| command.output().unwrap())
    }

    /// What a command that must succeed says.
    #[track_caller]
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let problems = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {problems}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON objects of a command, one a line.
    #[track_caller]
    pub(crate) fn tells(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.says(arguments);
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect(&text)
    }

    /// Stops the gateway in good order.
    pub(crate) async fn stop(self) {
        soon(self.running.stop()).await;
    }
}

impl Builder {
    /// Where the stage's own next hop listens.
    pub(crate) fn sink(&self) -> SocketAddr {
        self.stage.sink.address()
    }

    /// Replaces a text of the configuration.
    #[track_caller]
    pub(crate) fn replacing(self, old: &str, new: &str) -> Self {
        let file = self.stage.config_file();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(old), "{old} is not in {text}");
        fs::write(&file, text.replacen(old, new, 1)).unwrap();
        self
    }

    /// Adds to the configuration, and files beside it.
    pub(crate) fn with(self, more: &str, files: &[(&str, &str)]) -> Self {
        let file = self.stage.config_file();
        let folder = file.parent().unwrap();
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}\n{more}")).unwrap();
        self
    }

    /// Changes what reading may cost, beyond what a configuration can say.
    pub(crate) fn limited(mut self, limit: fn(&mut Limits)) -> Self {
        self.limit = limit;
        self
    }

    /// Starts it on the Friday of the week in which golden mail was written.
    pub(crate) async fn start(self) -> Gate {
        let friday: Timestamp = "2026-11-20T16:00:00Z".parse().unwrap();
        let clock = Clock::standing(friday);
        let config = config::load(&self.stage.config_file()).unwrap();
        let mut knowledge = knowledge::read(&config).unwrap().knowledge;
        (self.limit)(&mut knowledge.limits);
        knowledge.readers = Some(readers());
        let running = Running::start(&config, knowledge, clock.clone()).await;
        Gate {
            running: running.unwrap(),
            stage: self.stage,
            clock,
        }
    }
}

/// Processes that read attachments, the same for every scenario.
fn readers() -> Arc<Pool> {
    static READERS: OnceLock<Arc<Pool>> = OnceLock::new();
    let start = || {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"));
        Arc::new(Pool::start(program, 2, &Limits::default()).unwrap())
    };
    Arc::clone(READERS.get_or_init(start))
}

/// The reference in the reply to a message that was taken.
#[track_caller]
pub(crate) fn reference(answer: &Answer) -> MessageId {
    assert!(answer.is_taken(), "{} {}", answer.code, answer.text);
    answer
        .text
        .split_whitespace()
        .last()
        .unwrap()
        .parse()
        .unwrap()
}

/// What arrived for one recipient.
pub(crate) fn for_whom<'a>(received: &'a [Received], to: &str) -> Vec<&'a Received> {
    let path = format!("<{to}>");
    let takes = |one: &&Received| one.recipients.iter().any(|found| found.starts_with(&path));
    received.iter().filter(takes).collect()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, what)
        .await
        .expect("it never happened")
}
