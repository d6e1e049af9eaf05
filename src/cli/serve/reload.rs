//! Takes up changes of the configuration while the gateway runs: on SIGHUP at once, else when a file has changed.
//!
//! A new configuration is taken whole or not at all; while it is wrong, the last good one stays in force.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;

use crate::cli::running::{self, Parts};
use crate::config::knowledge::{self, Read};
use crate::config::problem::ConfigError;
use crate::config::watch::{self, Seen};
use crate::config::{self, Config};
use crate::school::Knowledge;

/// How often files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Watches until `stop`.
pub(super) async fn watch(
    mut config: Config,
    mut hangup: Signal,
    parts: Parts,
    stop: CancellationToken,
) {
    let mut known = watch::seen(&config);
    let mut last = known.clone();
    loop {
        let asked = tokio::select! {
            () = stop.cancelled() => return,
            _ = hangup.recv() => true,
            () = tokio::time::sleep(LOOK_EVERY) => false,
        };
        // Another process, such as `held release`, may have left work in the store.
        parts.due.notify_one();
        let now = watch::seen(&config);
        if asked || is_settled(&known, &last, &now) {
            config = reload(config, &parts).await;
            known = watch::seen(&config);
        }
        last = now;
    }
}

/// Whether files have changed and then stood still for one look: an export may take a while to be written.
fn is_settled(known: &Seen, last: &Seen, now: &Seen) -> bool {
    now != known && now == last
}

/// Reads everything again; the answer is the configuration in force afterwards.
async fn reload(config: Config, parts: &Parts) -> Config {
    let file = config.file.clone();
    let read = move || -> Result<(Config, Read), ConfigError> {
        let config = config::load(&file)?;
        let read = knowledge::read(&config)?;
        Ok((config, read))
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok((new, read))) => {
            take_up(&config, &new, read, parts);
            new
        }
        Ok(Err(error)) => {
            for problem in error.problems {
                tracing::error!(%problem, "configuration not taken up");
            }
            tracing::warn!("the last good configuration stays in force");
            config
        }
        Err(_) => config,
    }
}

fn take_up(old: &Config, new: &Config, read: Read, parts: &Parts) {
    for warning in &read.warnings {
        tracing::warn!("{warning}");
    }
    if let (Some(tls), Some(certificate)) = (&parts.tls, &new.certificate)
        && let Err(error) = tls.replace(&certificate.chain, &certificate.key)
    {
        tracing::error!(%error, "the old certificate stays in use");
    }
    if !old.written.differs_only_in_knowledge(&new.written) {
        tracing::warn!(
            "settings of doors, deliveries, limits or folders have changed: they count after a restart"
        );
    }
    parts.senders.replace(&new.receive.senders);
    parts.desks.replace(running::desks(&read.knowledge));
    parts.gateway.learn(Arc::new(Knowledge {
        readers: parts.readers.clone(),
        ..read.knowledge
    }));
    tracing::info!(schools = new.schools.len(), "configuration taken up");
}
