//! A worker with a store in a temporary folder, a sink for its next hop, and a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail_parser::MessageParser;
use schoolgate::act::deliver::tls::Trust;
use schoolgate::act::desk::{Desk, Desks};
use schoolgate::act::plan;
use schoolgate::act::settings::{NextHop, Review, Settings, Timeouts};
use schoolgate::act::worker::Worker;
use schoolgate::cli::demo::sink::{Manner, Options, Sink};
use schoolgate::clock::Clock;
use schoolgate::decide::decision::{Decision, RecipientDecision};
use schoolgate::directory::people::Directory;
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::id::MessageId;
use schoolgate::mail::kind::{RecipientKind, SenderKind};
use schoolgate::mail::level::Level;
use schoolgate::mail::verdict::Verdict;
use schoolgate::secret::{Excerpt, Redacted};
use schoolgate::store::Store;
use schoolgate::store::ledger::Actor;
use schoolgate::store::record::{Facts, Judgement, Record};
use schoolgate::store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::sync::Notify;

/// How long a next hop may be silent; nothing well behaved on loopback is for so long.
const SHORT: Duration = Duration::from_secs(2);

pub(super) const SCHOOL: &str = "Oakfield Primary School";
pub(super) const PASSWORD: &str = "7k3f-9qxm-2b4t-hv6w";
pub(super) const RAW: &str = "From: teacher@oakfield.sch.uk\r\nTo: parents\r\nSubject: Kestrel class trip\r\n\
    Message-ID: <trip@oakfield.sch.uk>\r\n\r\nNine sharp.\r\n";

pub(super) struct Room {
    pub(super) sink: Sink,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) wake: Arc<Notify>,
    pub(super) worker: Worker,
    _folder: TempDir,
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(super) fn id(number: u64) -> MessageId {
    MessageId::from_random(number.to_be_bytes())
}

fn start() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn desk() -> Desk {
    let reviewers = [address("dpo@oakfield.sch.uk")];
    let from = address("schoolgate@oakfield.sch.uk");
    let mut desk = Desk::new(
        SCHOOL,
        from,
        &reviewers,
        &Directory::default(),
        TimeZone::UTC,
    );
    desk.deputies = vec![address("head@oakfield.sch.uk")];
    desk
}

impl Room {
    pub(super) async fn open(manners: Vec<Manner>) -> Self {
        let options = Options {
            manners,
            ..Options::default()
        };
        Self::with(options, b"").await
    }

    /// A room whose next hop is like this, and trusted where its authority is given.
    pub(super) async fn with(options: Options, authority: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sink = Sink::start(options).await.unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        let clock = Clock::standing(start());
        let wake = Arc::new(Notify::new());
        let hop = NextHop::new("127.0.0.1", sink.address().port());
        let trust = Trust::new(authority).unwrap();
        let mut settings = Settings::new("gate.oakfield.sch.uk", vec![hop], trust);
        settings.concurrency = 4;
        settings.timeouts = Timeouts {
            connect: SHORT,
            greeting: SHORT,
            tls: SHORT,
            command: SHORT,
            data: SHORT,
            block: SHORT,
            dot: SHORT,
        };
        let desks = Arc::new(Desks::new(vec![desk()]));
        let worker = Worker::new(
            Arc::clone(&store),
            settings,
            desks,
            clock.clone(),
            Arc::clone(&wake),
        );
        Self {
            sink,
            store,
            clock,
            wake,
            worker,
            _folder: folder,
        }
    }

    /// Records a message from a teacher with these verdicts, and the work the plan makes of them.
    pub(super) async fn record(&self, number: u64, to: &[(&str, Verdict)]) {
        let teacher = address("teacher@oakfield.sch.uk");
        self.record_from(number, Some(teacher), to).await;
    }

    pub(super) async fn record_from(
        &self,
        number: u64,
        sender: Option<Address>,
        to: &[(&str, Verdict)],
    ) {
        self.record_with(number, sender, |_| {}, to).await;
    }

    /// Records a message whose envelope asks for more.
    pub(super) async fn record_asked(
        &self,
        number: u64,
        ask: impl FnOnce(&mut Envelope),
        to: &[(&str, Verdict)],
    ) {
        let teacher = address("teacher@oakfield.sch.uk");
        self.record_with(number, Some(teacher), ask, to).await;
    }

    async fn record_with(
        &self,
        number: u64,
        sender: Option<Address>,
        ask: impl FnOnce(&mut Envelope),
        to: &[(&str, Verdict)],
    ) {
        let recipient = |(to, verdict): &(&str, Verdict)| RecipientDecision {
            address: address(to),
            kind: RecipientKind::External,
            verdict: *verdict,
            release: Verdict::Pass,
            receipt: false,
            clauses: Vec::new(),
        };
        let decision = Decision {
            sender: SenderKind::Staff,
            answers: sender.clone(),
            level: Level::Protect,
            pupils: 0,
            households: 0,
            recipients: to.iter().map(recipient).collect(),
            reasons: Vec::new(),
        };
        let addresses = to.iter().map(|(to, _)| address(to)).collect();
        let mut envelope = Envelope::local(sender.clone(), addresses);
        ask(&mut envelope);
        let facts = Facts {
            id: id(number),
            school: SCHOOL.to_owned(),
            received: self.clock.now(),
            envelope,
            author: sender,
            header_id: Some("trip@oakfield.sch.uk".to_owned()),
            subject: Excerpt::mask("Kestrel class trip"),
            size: RAW.len(),
            about: Vec::new(),
            locked: false,
            judgement: Judgement::from(&decision),
            findings: Vec::new(),
            gaps: Vec::new(),
        };
        let password = Redacted::new(PASSWORD.to_owned());
        let work = plan::first_work(
            &decision,
            &[],
            &desk(),
            &Review::default(),
            facts.received,
            &password,
        );
        let raw = Redacted::new(RAW.as_bytes().to_vec());
        self.store
            .accept(Record {
                facts,
                raw,
                subjects: Vec::new(),
                work,
            })
            .await
            .unwrap();
    }

    /// An operator has a message tried at once.
    pub(super) async fn retry(&self, number: u64) {
        let operator = Actor::Operator("admin".to_owned());
        let now = self.clock.now();
        let due = self.store.retry(SCHOOL, &id(number), operator, now).await;
        assert_eq!(due.unwrap(), 1);
    }

    /// Where a message stands, one word a recipient.
    pub(super) async fn standing(&self, number: u64) -> Vec<&'static str> {
        let states = self.store.recipients(SCHOOL, &id(number)).await.unwrap();
        states
            .iter()
            .map(|state| state.disposition.as_str())
            .collect()
    }

    /// Messages the next hop took for this recipient, in order.
    pub(super) fn to(&self, recipient: &str) -> Vec<String> {
        let received = self.sink.received().into_iter();
        let path = format!("<{recipient}>");
        let fits =
            received.filter(|received| received.recipients.iter().any(|to| to.starts_with(&path)));
        fits.map(|received| String::from_utf8(received.message).unwrap())
            .collect()
    }

    /// Subjects of those messages, without the reference, sorted by when they were sent and then by words.
    pub(super) fn subjects(&self, recipient: &str) -> Vec<String> {
        let subject = |message: &String| {
            let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
            let subject = parsed
                .subject()
                .unwrap()
                .split(" (")
                .next()
                .unwrap()
                .to_owned();
            (
                parsed.date().unwrap().to_timestamp(),
                !subject.starts_with("Your"),
                subject,
            )
        };
        let mut subjects: Vec<_> = self.to(recipient).iter().map(subject).collect();
        subjects.sort();
        subjects
            .into_iter()
            .map(|(_, _, subject)| subject)
            .collect()
    }
}
