//! `trace`: the history of a message, for a sender who asks, a subject access or an FOI request.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::person::{self, Others};
use crate::cli::stored::{SchoolArgument, json_line, moment, sender, time, with_store};
use crate::config::problem::ConfigError;
use crate::config::school::Declared;
use crate::config::{Config, people};
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Store;
use crate::store::ledger::Entry;
use crate::store::views::{Person, Sought, Traced};

/// Say what became of a message: when it came, what was decided, who did what since
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  schoolgate trace 7K3F-9QXM-2B4T\n  schoolgate trace parent@home.example --limit 5\n  schoolgate trace '<0123@oakfield.sch.uk>'\n  schoolgate trace --person \"Amelia Thornton\" --since 2026-09-01 --json"
)]
pub(crate) struct Arguments {
    /// A reference, an address (sender or recipient), or a Message-ID in angle brackets
    #[arg(
        value_name = "REFERENCE|ADDRESS|<MESSAGE-ID>",
        value_parser = sought,
        required_unless_present_any = ["person", "address"]
    )]
    sought: Option<Sought>,
    /// Everything from, to or about a pupil, a parent or a colleague: a name, a UPN or an admission number
    #[arg(long, value_name = "NAME|NUMBER", conflicts_with_all = ["sought", "address"])]
    person: Option<String>,
    /// Everything from or to this address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "sought")]
    address: Option<Address>,
    /// With --person or --address: only from this day or time on
    #[arg(long, value_name = "TIME", conflicts_with = "sought")]
    since: Option<String>,
    /// With --person or --address: only before this day or time
    #[arg(long, value_name = "TIME", conflicts_with = "sought")]
    until: Option<String>,
    /// With --person or --address: write the addresses of others out, which are masked otherwise
    #[arg(long, conflicts_with = "sought")]
    unmasked: bool,
    /// At most this many messages, the newest first [default: 20; all with --person or --address]
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// One JSON object a line, one for each message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

/// One message with its history.
#[derive(Debug, Serialize)]
struct Story {
    /// What is known of it; `None` once its time is over, when only the ledger remains.
    message: Option<Traced>,
    history: Vec<Entry>,
}

fn sought(text: &str) -> Result<Sought, String> {
    if let Ok(id) = text.parse() {
        return Ok(Sought::Reference(id));
    }
    if text.starts_with('<') {
        return Ok(Sought::HeaderId(text.trim_matches(['<', '>']).to_owned()));
    }
    text.parse().map(Sought::Address).map_err(|_| {
        "expected a reference such as 7K3F-9QXM-2B4T, an address, or a Message-ID in angle brackets".to_owned()
    })
}

/// Runs `trace`.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let Some(sought) = &arguments.sought else {
        return everything(arguments, &config, school, context);
    };
    let limit = arguments.limit.unwrap_or(20);
    let stories = with_store(&config, async |store| {
        stories(&*store, &school.name, sought, limit).await
    })?;
    if stories.is_empty() {
        return Err(Failure::input("no message found; its time may be over"));
    }
    for story in &stories {
        if arguments.json {
            json_line(context.out, story)?;
        } else {
            write_story(context, story, &school.time_zone)?;
        }
    }
    Ok(())
}

/// Every message from, to or about a person.
fn everything(
    arguments: &Arguments,
    config: &Config,
    school: &Declared,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (addresses, subjects) = match (&arguments.address, &arguments.person) {
        (Some(address), _) => (vec![address.clone()], Vec::new()),
        (None, Some(text)) => {
            let directory = people::directory(&school.directory);
            let directory = directory.map_err(|problems| ConfigError { problems })?;
            person::person(text, &directory.directory)?
        }
        (None, None) => return Err(Failure::input("whom? expected --person or --address")),
    };
    let moment = |text: &Option<String>, otherwise| match text {
        Some(text) => time(text, &school.time_zone),
        None => Ok(otherwise),
    };
    let sought = Person {
        addresses,
        subjects,
        since: moment(&arguments.since, Timestamp::MIN)?,
        until: moment(&arguments.until, Timestamp::MAX)?,
    };
    let limit = arguments.limit.unwrap_or(usize::MAX);
    let messages = with_store(config, async |store| {
        let sought = Sought::Person(sought.clone());
        Ok(store.trace(&school.name, &sought, limit).await?)
    })?;
    if messages.is_empty() {
        return Err(Failure::input("no message found; its time may be over"));
    }
    let others = if arguments.unmasked {
        Others::Whole
    } else {
        Others::Masked
    };
    person::write(
        context,
        (&sought, others),
        &messages,
        arguments.json,
        &school.time_zone,
    )
}

async fn stories(
    store: &dyn Store,
    school: &str,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<Story>, Failure> {
    let mut stories = Vec::new();
    for message in store.trace(school, sought, limit).await? {
        let history = store.history(school, &message.id).await?;
        stories.push(Story {
            message: Some(message),
            history,
        });
    }
    if let (true, Sought::Reference(id)) = (stories.is_empty(), sought) {
        stories.extend(only_the_ledger(store, school, id).await?);
    }
    Ok(stories)
}

async fn only_the_ledger(
    store: &dyn Store,
    school: &str,
    id: &MessageId,
) -> Result<Option<Story>, Failure> {
    let history = store.history(school, id).await?;
    Ok((!history.is_empty()).then_some(Story {
        message: None,
        history,
    }))
}

fn write_story(context: &mut Context<'_>, story: &Story, zone: &TimeZone) -> Result<(), Failure> {
    let out = &mut context.out;
    if let Some(message) = &story.message {
        let (id, verdict) = (&message.id, message.verdict);
        let from = sender(message.sender.as_ref());
        writeln!(out, "{id}  {}  {verdict}", moment(message.received, zone))?;
        writeln!(out, "  from {from}: {}", message.subject)?;
        for one in &message.recipients {
            let (to, kind) = (&one.address, one.kind.as_str());
            write!(
                out,
                "  to {to} ({kind}): {}, {}",
                one.verdict, one.disposition
            )?;
            match &one.reply {
                Some(reply) => writeln!(out, " — {reply}")?,
                None => writeln!(out)?,
            }
        }
    }
    for entry in &story.history {
        let (time, action) = (moment(entry.time, zone), entry.action.as_str());
        let about = about(&entry.facts);
        writeln!(out, "  {time}  {action}{about} by {}", entry.actor)?;
    }
    writeln!(out)?;
    Ok(())
}

/// Whom an entry is about, and what was said: ` for parent@home.example (250 2.0.0 ok)`.
fn about(facts: &Value) -> String {
    let text = |key: &str| facts.get(key).and_then(Value::as_str);
    let several = |key: &str| {
        let all = facts.get(key).and_then(Value::as_array);
        let all: Vec<&str> = all
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let whom = text("recipient").or(text("to")).map(str::to_owned);
    let whom = whom.or_else(|| several("recipients"));
    let said = [text("hop"), text("tls"), text("reply"), text("reason")];
    let said: Vec<&str> = said.into_iter().flatten().collect();
    let said = (!said.is_empty()).then(|| said.join(": "));
    let pieces = [
        text("notice").map(|notice| format!(" of {notice}")),
        whom.map(|whom| format!(" for {whom}")),
        text("by").map(|by| format!(", from {by}")),
        said.map(|said| format!(" ({said})")),
    ];
    pieces.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_of_the_history_says_for_whom_and_why() {
        for (facts, words) in [
            (
                json!({"recipient": "a@b.example", "reply": "250 2.0.0 ok", "hop": "mx.b.example"}),
                " for a@b.example (mx.b.example: 250 2.0.0 ok)",
            ),
            (
                json!({"notice": "bounce", "to": "a@b.example"}),
                " of bounce for a@b.example",
            ),
            (
                json!({"recipients": ["a@b.example", "c@d.example"]}),
                " for a@b.example, c@d.example",
            ),
            (json!({"hop": "mx", "tls": "TLS 1.3"}), " (mx: TLS 1.3)"),
            (json!({"work": 1}), ""),
        ] {
            assert_eq!(about(&facts), words);
        }
    }

    #[test]
    fn a_reference_an_address_and_a_message_id_are_told_apart() {
        assert!(matches!(sought("7k3f 9qxm 2b4t"), Ok(Sought::Reference(_))));
        assert!(matches!(sought("a@b.example"), Ok(Sought::Address(_))));
        assert_eq!(sought("<a@b>"), Ok(Sought::HeaderId("a@b".to_owned())));
        assert!(
            sought("nothing")
                .unwrap_err()
                .starts_with("expected a reference")
        );
    }
}
