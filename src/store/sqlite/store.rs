//! The calls of [`Store`] on SQLite: seals, hashes and derives keys beforehand, then reads or hands a change to the writer.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::json;

use crate::decide::memory::{Memory, Question};
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::ledger::{Action, Actor, Entry, Note, Verified};
use crate::store::recipient::RecipientState;
use crate::store::record::{Facts, Record};
use crate::store::review::{HeldMessage, Review};
use crate::store::sqlite::book::{self, Entered};
use crate::store::sqlite::purge::Purge;
use crate::store::sqlite::review::Decide;
use crate::store::sqlite::settle::Settle;
use crate::store::sqlite::task::{self, ClaimDue, Flush, Recover};
use crate::store::sqlite::{SqliteStore, accept, account, memory, queue, read, review, trace};
use crate::store::tally::Counting;
use crate::store::views::{Cutoffs, Purged, Queued, Sought, Tally, Traced};
use crate::store::work::{Claim, Lease, Settlement, Work};
use crate::store::{Result, Store, password};

#[async_trait]
impl Store for SqliteStore {
    async fn accept(&self, record: Record) -> Result<()> {
        let octets = u64::try_from(record.raw.reveal().len()).unwrap_or(u64::MAX);
        let _place = self.room.take(&self.readers, &self.folder, octets).await?;
        let change = accept::Accept::new(&self.keys, &record)?;
        drop(record);
        self.writer.write(change).await
    }

    async fn recall(&self, school: &str, question: &Question, now: Timestamp) -> Result<Memory> {
        let marker = self.marker(school)?;
        let question = question.clone();
        self.of(school, move |connection, school| {
            memory::recall(connection, &marker, school, &question, now)
        })
        .await
    }

    async fn room_for(&self, octets: u64) -> Result<bool> {
        self.room
            .is_there(&self.readers, &self.folder, octets)
            .await
    }

    async fn recover(&self, holder: &str) -> Result<u64> {
        let holder = holder.to_owned();
        self.writer.write(Recover { holder }).await
    }

    async fn claim(
        &self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Claim>> {
        let change = ClaimDue {
            holder: holder.to_owned(),
            now,
            until,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let kept = self.writer.write(change).await?;
        kept.into_iter().map(|kept| kept.open(&self.keys)).collect()
    }

    async fn flush(&self, hop: Option<&str>, now: Timestamp) -> Result<u64> {
        let hop = hop.map(str::to_owned);
        self.writer.write(Flush { hop, now }).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.readers.read(task::next_due).await
    }

    async fn settle(&self, claim: &Claim, now: Timestamp, settlement: Settlement) -> Result<Lease> {
        let change = Settle {
            book: self.book(&claim.school)?,
            id: claim.message.clone(),
            work: claim.work,
            lease: claim.lease,
            now,
            follow: self
                .seal(&claim.school, &claim.message, &settlement.follow)
                .await?,
            results: settlement.results,
            notes: settlement.notes,
            next: settlement.next,
            awaits: settlement.awaits,
        };
        self.writer.write(change).await
    }

    async fn facts(&self, school: &str, id: &MessageId) -> Result<Facts> {
        self.about(school, id, read::facts).await
    }

    async fn recipients(&self, school: &str, id: &MessageId) -> Result<Vec<RecipientState>> {
        self.about(school, id, read::recipients).await
    }

    async fn content(&self, school: &str, id: &MessageId) -> Result<Redacted<Vec<u8>>> {
        let keys = Arc::clone(&self.keys);
        self.about(school, id, move |connection, school, id| {
            read::content(connection, &keys, school, id)
        })
        .await
    }

    async fn open(
        &self,
        school: &str,
        id: &MessageId,
        reviewer: &Address,
        now: Timestamp,
    ) -> Result<Redacted<Vec<u8>>> {
        let content = self.content(school, id).await?;
        let opened = Entered {
            book: self.book(school)?,
            now,
            message: Some(id.clone()),
            note: Note {
                actor: Actor::Reviewer(reviewer.clone()),
                action: Action::Opened,
                facts: json!({ "size": content.reveal().len() }),
            },
        };
        self.writer.write(opened).await?;
        Ok(content)
    }

    async fn held(&self, school: &str) -> Result<Vec<HeldMessage>> {
        self.of(school, review::held).await
    }

    async fn review(
        &self,
        school: &str,
        id: &MessageId,
        now: Timestamp,
        review: Review,
    ) -> Result<()> {
        let change = Decide {
            book: self.book(school)?,
            marker: self.marker(school)?,
            id: id.clone(),
            now,
            work: self.seal(school, id, &review.work).await?,
            review,
        };
        self.writer.write(change).await
    }

    async fn trace(&self, school: &str, sought: &Sought, limit: usize) -> Result<Vec<Traced>> {
        let (keys, sought) = (Arc::clone(&self.keys), sought.clone());
        self.of(school, move |connection, school| {
            trace::trace(connection, &keys, school, &sought, limit)
        })
        .await
    }

    async fn history(&self, school: &str, id: &MessageId) -> Result<Vec<Entry>> {
        self.about(school, id, book::history).await
    }

    async fn note(
        &self,
        school: &str,
        message: Option<&MessageId>,
        now: Timestamp,
        note: Note,
    ) -> Result<i64> {
        let entered = Entered {
            book: self.book(school)?,
            now,
            message: message.cloned(),
            note,
        };
        self.writer.write(entered).await
    }

    async fn occasions(&self, school: &str) -> Result<Vec<Entry>> {
        self.of(school, book::occasions).await
    }

    async fn verify(&self, school: &str) -> Result<Verified> {
        let book = self.book(school)?;
        let check = move |connection: &Connection| book::verify(connection, &book);
        self.readers.read(check).await
    }

    async fn queue(&self, school: &str, now: Timestamp) -> Result<Vec<Queued>> {
        self.of(school, move |connection, school| {
            queue::list(connection, school, now)
        })
        .await
    }

    async fn retry(
        &self,
        school: &str,
        id: &MessageId,
        actor: Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let (book, id) = (self.book(school)?, id.clone());
        self.writer
            .write(queue::Retry {
                book,
                id,
                actor,
                now,
            })
            .await
    }

    async fn drop_pending(
        &self,
        school: &str,
        id: &MessageId,
        actor: Actor,
        now: Timestamp,
        follow: Vec<Work>,
    ) -> Result<Vec<Address>> {
        let change = queue::GiveUp {
            book: self.book(school)?,
            id: id.clone(),
            actor,
            now,
            follow: self.seal(school, id, &follow).await?,
        };
        self.writer.write(change).await
    }

    async fn tally(
        &self,
        school: &str,
        from: Timestamp,
        to: Timestamp,
        zone: &TimeZone,
    ) -> Result<Tally> {
        let zone = zone.clone();
        self.of(school, move |connection, school| {
            let mut counting = Counting::new(&zone);
            trace::each_of(connection, school, from, to, |message| {
                counting.add(&message);
            })?;
            let open = trace::open_holds(connection, school)?;
            let outcomes = trace::outcomes(connection, school, from, to)?;
            Ok(counting.finish(open, outcomes))
        })
        .await
    }

    async fn purge(&self, school: &str, now: Timestamp, cutoffs: Cutoffs) -> Result<Purged> {
        let change = Purge {
            book: self.book(school)?,
            now,
            cutoffs,
        };
        let mut all = Purged::default();
        loop {
            let portion = self.writer.write(change.clone()).await?;
            if portion == Purged::default() {
                return Ok(all);
            }
            all.contents += portion.contents;
            all.messages += portion.messages;
            all.entries += portion.entries;
            all.marks += portion.marks;
        }
    }

    async fn add_account(
        &self,
        school: &str,
        name: &Address,
        password: &Redacted<String>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<()> {
        let password = password.clone();
        let hash = self.beside(move || password::hash(&password)).await??;
        let change = account::Add {
            book: self.book(school)?,
            name: name.clone(),
            hash,
            actor,
            now,
        };
        self.writer.write(change).await
    }

    async fn remove_account(
        &self,
        school: &str,
        name: &Address,
        actor: Actor,
        now: Timestamp,
    ) -> Result<()> {
        let change = account::Remove {
            book: self.book(school)?,
            name: name.clone(),
            actor,
            now,
        };
        self.writer.write(change).await
    }

    async fn accounts(&self, school: &str) -> Result<Vec<(Address, Timestamp)>> {
        self.of(school, account::list).await
    }

    async fn verify_account(
        &self,
        name: &Address,
        password: &Redacted<String>,
    ) -> Result<Option<String>> {
        let sought = name.clone();
        let find = move |connection: &Connection| account::find(connection, &sought);
        let (school, hash) = self.readers.read(find).await?.unzip();
        let password = password.clone();
        let right = self
            .beside(move || password::matches(&password, hash.as_deref()))
            .await?;
        Ok(school.filter(|_| right))
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}
