//! The accounts of the store, as the door asks for them.

use std::sync::Arc;

use crate::mail::address::Address;
use crate::receive::auth::{Accounts, AccountsError, Login};
use crate::secret::Redacted;
use crate::store::Store;

/// Accounts that are kept in the store.
pub(crate) struct StoredAccounts(pub(crate) Arc<dyn Store>);

impl Accounts for StoredAccounts {
    fn login<'a>(&'a self, name: &'a str, password: &'a Redacted<String>) -> Login<'a> {
        Box::pin(async move {
            let Ok(name) = name.parse::<Address>() else {
                return Ok(None);
            };
            let school = self.0.verify_account(&name, password).await;
            let school = school.map_err(|error| AccountsError(Box::new(error)))?;
            Ok(school.map(|_| name))
        })
    }
}
