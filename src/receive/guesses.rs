//! Logins that failed, remembered over connections: whoever guesses passwords is not helped by calling again.
//!
//! An address that guesses one account is stopped there, so that one copier set up wrongly does not lock out the others
//! behind the same address; an address that guesses many is stopped altogether.
//! Passwords are not looked at here.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use crate::receive::limits::Limits;

/// Failures kept before those that no longer count are forgotten.
const KEPT: usize = 10_000;

/// The failures of the time that counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guesses {
    failures: Arc<Mutex<Failures>>,
    hasher: RandomState,
}

type Failures = HashMap<Guesser, Vec<Instant>>;

/// Who guesses, and at which account; `None` is all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Guesser {
    address: IpAddr,
    account: Option<u64>,
}

impl Guesses {
    /// Whether `address` may try the account `name` now.
    pub(crate) fn may_try(&self, address: IpAddr, name: &str, limits: &Limits) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |guesser: &Guesser, limit: usize| {
            let times = failures.get(guesser);
            times.is_none_or(|times| {
                times.iter().filter(|time| counts(time, limits)).count() < limit
            })
        };
        let [one, all] = self.guessers(address, name);
        within(&one, limits.failed_logins) && within(&all, limits.failed_logins_per_address)
    }

    /// Remembers a failure.
    pub(crate) fn failed(&self, address: IpAddr, name: &str, limits: &Limits) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= KEPT {
            failures.retain(|_, times| times.iter().any(|time| counts(time, limits)));
        }
        for guesser in self.guessers(address, name) {
            let times = failures.entry(guesser).or_default();
            times.retain(|time| counts(time, limits));
            times.push(Instant::now());
        }
    }

    fn guessers(&self, address: IpAddr, name: &str) -> [Guesser; 2] {
        let address = network(address);
        let account = Some(self.hasher.hash_one(name.to_lowercase()));
        [account, None].map(|account| Guesser { address, account })
    }
}

fn counts(time: &Instant, limits: &Limits) -> bool {
    time.elapsed() < limits.failed_login_time
}

/// One customer has one IPv4 address, or an IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            failed_logins: 2,
            failed_logins_per_address: 3,
            ..Limits::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_account_then_the_whole_address_is_closed_and_opens_again_in_time() {
        let (guesses, limits) = (Guesses::default(), limits());
        let (here, there) = (IpAddr::from([192, 0, 2, 9]), IpAddr::from([192, 0, 2, 10]));
        guesses.failed(here, "copier", &limits);
        guesses.failed(here, "Copier", &limits);
        assert!(!guesses.may_try(here, "copier", &limits));
        assert!(guesses.may_try(here, "mis", &limits));
        assert!(guesses.may_try(there, "copier", &limits));
        guesses.failed(here, "mis", &limits);
        assert!(!guesses.may_try(here, "printer", &limits));
        tokio::time::advance(limits.failed_login_time).await;
        assert!(guesses.may_try(here, "copier", &limits));
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_of_ipv6_is_one_guesser() {
        let (guesses, limits) = (Guesses::default(), limits());
        for host in ["2001:db8::1", "2001:db8::2"] {
            guesses.failed(host.parse().unwrap(), "copier", &limits);
        }
        let third = "2001:db8::3".parse().unwrap();
        assert!(!guesses.may_try(third, "copier", &limits));
        let elsewhere = "2001:db8:0:1::3".parse().unwrap();
        assert!(guesses.may_try(elsewhere, "copier", &limits));
    }
}
