//! `demo --keep`: the gateway goes on, for mail and decisions of one's own; what arrives is shown as it comes.

use std::io::Write;
use std::time::Duration;

use anyhow::Context as _;

use crate::cli::demo::stage::Stage;
use crate::cli::demo::table::{Ink, Paint};
use crate::cli::demo::{REVIEWER, SCHOOL, heading, story};
use crate::cli::failure::Failure;
use crate::cli::running::{Running, stop_signal};

/// Says how to go on by hand, and shows what arrives until Ctrl-C.
pub(super) async fn keep(
    gateway: &Running,
    stage: &Stage,
    out: &mut dyn Write,
    paint: Paint,
) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    instructions(gateway, stage, out, paint).await?;
    tokio::pin!(stopped);
    let mut shown = stage.sink.received().len();
    loop {
        let stopped = tokio::time::timeout(Duration::from_secs(1), &mut stopped);
        if stopped.await.is_ok() {
            return Ok(());
        }
        // A decision of another process has left work in the store.
        gateway.look();
        let received = stage.sink.received();
        for one in received.get(shown..).unwrap_or_default() {
            writeln!(out, "  {}", paint.draw(&story::line(one), Ink::Faint))?;
        }
        out.flush()?;
        shown = received.len();
    }
}

/// Commands that can be copied into another terminal: this program, this configuration, a message that is held now.
async fn instructions(
    gateway: &Running,
    stage: &Stage,
    out: &mut dyn Write,
    paint: Paint,
) -> Result<(), Failure> {
    let address = gateway.address()?;
    let config = stage.config_file();
    let config = config.display();
    let program = std::env::args().next();
    let program = program.as_deref().unwrap_or("schoolgate");
    let held = gateway.store().held(SCHOOL).await;
    let held = held.map_err(anyhow::Error::from)?;
    let id = &held.first().context("nothing is held")?.id;
    heading(
        out,
        paint,
        "Try it from another terminal; Ctrl-C here ends it",
    )?;
    write!(
        out,
        "  Mail goes in at {address}; what comes out stays in memory and is shown below.

  Send a message that is held:
    printf 'From: k.fletcher@oakfield.sch.uk\\nSubject: Saturday\\n\\nPriya Nair, born 09/01/2018\\n' |
      curl smtp://{address} --crlf --upload-file - \\
        --mail-from k.fletcher@oakfield.sch.uk --mail-rcpt kp.1987@freemail.example

  Decide about it, or about one of those above:
    export CONFIG={config}
    {program} held list --config $CONFIG
    {program} held show {id} --config $CONFIG
    {program} held release {id} --config $CONFIG \\
      --reviewer {REVIEWER} --reason 'rang the family' --verified 'telephoned 01632 960123'

  See what became of it, and the week's report:
    {program} trace {id} --config $CONFIG
    {program} report --config $CONFIG

"
    )?;
    Ok(out.flush()?)
}
