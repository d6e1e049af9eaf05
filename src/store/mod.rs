//! *Record*: the transactional store behind one trait: messages, verdicts, the ledger and due work
//! become durable together or not at all.
//!
//! The trait speaks of messages, recipients, work and reviewers, never of tables,
//! so that one file serves one school and a database cluster serves an authority.
//! A school is always an argument: nothing of one is visible through another's name.
//! The only calls without one are the worker's, which serves them all and is told whose each claim is,
//! and the check of an account, whose answer says which school it belongs to.
//! Time is an argument too: a store has no clock of its own.

pub mod breach;
mod chain;
pub mod error;
mod key;
pub mod ledger;
mod memory;
mod password;
pub mod recipient;
pub mod record;
pub mod review;
mod seal;
pub mod sqlite;
mod tally;
pub mod views;
pub mod work;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::decide::memory::{Memory, Question};
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::error::StoreError;
use crate::store::ledger::{Actor, Entry, Note, Verified};
use crate::store::recipient::RecipientState;
use crate::store::record::{Facts, Record};
use crate::store::review::{HeldMessage, Review};
use crate::store::views::{Cutoffs, Purged, Queued, Sought, Tally, Traced};
use crate::store::work::{Claim, Lease, Settlement, Work};

/// What every call answers.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Where messages, their verdicts, their ledger and their due work are kept.
///
/// Every call that changes something is one transaction, durable when it returns `Ok`;
/// when it returns `Err` nothing of it is kept.
/// `async_trait` because the trait must be an object and is long: hand-boxed futures would hide its sentences.
///
/// # Errors
/// Every call can fail with [`StoreError::Busy`], [`StoreError::Full`], [`StoreError::Closed`]
/// or [`StoreError::Failed`]; what else it can fail with stands beside it.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Records a message: sealed content, recipients, a ledger entry and its first work.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the reference is in use.
    async fn accept(&self, record: Record) -> Result<()>;

    /// What the school remembers of whom a message goes to: asked before it is judged.
    ///
    /// A message is remembered for the recipients it leaves for, when it is accepted or when a reviewer releases it.
    async fn recall(&self, school: &str, question: &Question, now: Timestamp) -> Result<Memory>;

    /// Whether `octets` more fit, with something to spare: asked before a message is read, answered 452 if not.
    async fn room_for(&self, octets: u64) -> Result<bool>;

    /// Gives back every lease of `holder`: called once at start, for what a crash left in its hands.
    async fn recover(&self, holder: &str) -> Result<u64>;

    /// Claims up to `limit` pieces of work that are due, the longest due first, until `until`.
    ///
    /// A claim that is not settled by then can be claimed again, by anybody.
    async fn claim(
        &self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Claim>>;

    /// Makes due what was put off because `hop` could not be talked to, or any hop where `None`; says how much.
    async fn flush(&self, hop: Option<&str>, now: Timestamp) -> Result<u64>;

    /// When the next work is due that nobody has in hand; leased work counts from the end of its lease.
    async fn next_due(&self) -> Result<Option<Timestamp>>;

    /// Saves what came of claimed work: results, what follows, notes, and what happens to the work.
    ///
    /// The first final outcome of a recipient stands; a later one is noted and changes nothing.
    /// The content of a message that was delivered to everybody, and never kept from anybody,
    /// is destroyed with its last work: its sender and its recipients have it, and nobody here needs it.
    ///
    /// # Errors
    /// [`StoreError::NoRecipient`] when a result names nobody of this message.
    async fn settle(&self, claim: &Claim, now: Timestamp, settlement: Settlement) -> Result<Lease>;

    /// What is known about a message.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`].
    async fn facts(&self, school: &str, id: &MessageId) -> Result<Facts>;

    /// Where a message stands for each recipient, in the envelope's order.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`].
    async fn recipients(&self, school: &str, id: &MessageId) -> Result<Vec<RecipientState>>;

    /// The message itself, for the worker that delivers it; a person opens it with [`Store::open`].
    ///
    /// # Errors
    /// [`StoreError::NoMessage`], [`StoreError::NoContent`], [`StoreError::Sealed`].
    async fn content(&self, school: &str, id: &MessageId) -> Result<Redacted<Vec<u8>>>;

    /// The message itself, for a reviewer; the ledger says who opened it before they see it.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`], [`StoreError::NoContent`], [`StoreError::Sealed`].
    async fn open(
        &self,
        school: &str,
        id: &MessageId,
        reviewer: &Address,
        now: Timestamp,
    ) -> Result<Redacted<Vec<u8>>>;

    /// The messages of a school that are held for somebody, the oldest first.
    async fn held(&self, school: &str) -> Result<Vec<HeldMessage>>;

    /// Carries out a reviewer's decision: dispositions, ledger entry and new work together.
    ///
    /// # Errors
    /// [`StoreError::NotHeld`] when it is not held for (one of) these recipients,
    /// [`StoreError::OwnMail`] when the release is by its sender, its author or somebody it is about,
    /// [`StoreError::NoMessage`].
    async fn review(
        &self,
        school: &str,
        id: &MessageId,
        now: Timestamp,
        review: Review,
    ) -> Result<()>;

    /// Messages by reference, address or header Message-ID, the newest first, at most `limit`.
    async fn trace(&self, school: &str, sought: &Sought, limit: usize) -> Result<Vec<Traced>>;

    /// The ledger entries about a message, in order; they outlive its facts.
    async fn history(&self, school: &str, id: &MessageId) -> Result<Vec<Entry>>;

    /// Writes an entry that goes with no other change, such as a breach; says its place in the ledger.
    async fn note(
        &self,
        school: &str,
        message: Option<&MessageId>,
        now: Timestamp,
        note: Note,
    ) -> Result<i64>;

    /// The entries about breaches and reports, in order.
    async fn occasions(&self, school: &str) -> Result<Vec<Entry>>;

    /// Checks every entry of a school's ledger against the chain.
    async fn verify(&self, school: &str) -> Result<Verified>;

    /// Deliveries and notices that are not done, the longest due first.
    async fn queue(&self, school: &str, now: Timestamp) -> Result<Vec<Queued>>;

    /// Makes a message's waiting deliveries and notices due now, to be tried whatever is known of the hop; says how many.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`].
    async fn retry(
        &self,
        school: &str,
        id: &MessageId,
        actor: Actor,
        now: Timestamp,
    ) -> Result<u64>;

    /// Gives up a message's deliveries: pending recipients are bounced, `follow` tells the sender.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`].
    async fn drop_pending(
        &self,
        school: &str,
        id: &MessageId,
        actor: Actor,
        now: Timestamp,
        follow: Vec<Work>,
    ) -> Result<Vec<Address>>;

    /// The figures of the messages received from `from` until before `to`.
    async fn tally(
        &self,
        school: &str,
        from: Timestamp,
        to: Timestamp,
        zone: &TimeZone,
    ) -> Result<Tally>;

    /// Destroys what is older than its cutoff. Content goes with its key: copies of the file that
    /// somebody kept do not open any more once the key is gone from them too.
    async fn purge(&self, school: &str, now: Timestamp, cutoffs: Cutoffs) -> Result<Purged>;

    /// Adds an account that may submit mail for a school; its password is kept as an argon2id hash.
    ///
    /// # Errors
    /// [`StoreError::AccountTaken`], in whichever school.
    async fn add_account(
        &self,
        school: &str,
        name: &Address,
        password: &Redacted<String>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<()>;

    /// Removes an account.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`].
    async fn remove_account(
        &self,
        school: &str,
        name: &Address,
        actor: Actor,
        now: Timestamp,
    ) -> Result<()>;

    /// The accounts of a school and when each was added.
    async fn accounts(&self, school: &str) -> Result<Vec<(Address, Timestamp)>>;

    /// The school of an account whose password this is; `None` for a wrong password or no such account,
    /// which take the same time.
    async fn verify_account(
        &self,
        name: &Address,
        password: &Redacted<String>,
    ) -> Result<Option<String>>;

    /// Lets what is in hand be written, then closes; later calls fail with [`StoreError::Closed`].
    async fn close(&self);
}

/// How long a lease should last: longer than the longest an attempt may take (RFC 5321 section 4.5.3.2
/// waits ten minutes for the reply to a message's end).
pub const LEASE: SignedDuration = SignedDuration::from_mins(15);
