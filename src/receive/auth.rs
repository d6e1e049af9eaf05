//! Who may send: accounts for copiers and applications (RFC 4954, RFC 4616).
//!
//! The door asks, whoever keeps the accounts answers; passwords are compared there, with argon2id.

use std::future::Future;
use std::pin::Pin;

use crate::mail::address::Address;
use crate::secret::Redacted;

/// A future of the answer to one login: the account's address, or `None` when name or password is wrong.
pub type Login<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Address>, AccountsError>> + Send + 'a>>;

/// Whoever keeps the accounts.
pub trait Accounts: Send + Sync {
    /// Whether `password` is that of the account `name`; takes as long for a name that does not exist.
    fn login<'a>(&'a self, name: &'a str, password: &'a Redacted<String>) -> Login<'a>;
}

/// The accounts could not be read; the client is asked to try again.
#[derive(Debug, thiserror::Error)]
#[error("the accounts cannot be read")]
pub struct AccountsError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
