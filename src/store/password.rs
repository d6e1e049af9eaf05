//! Passwords of accounts that submit mail: kept as argon2id hashes (RFC 9106), checked in the same time
//! whether the account exists or not.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

use crate::secret::Redacted;
use crate::store::error::StoreError;

/// A hash of no password anybody has, with the parameters of [`hash`]: what an unknown account is checked against.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2Nob29sZ2F0ZS1ub2JvZHk$\
                      MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";

/// Hashes a password with a fresh salt: 19 MiB, two passes. Takes tens of milliseconds: not on a runtime thread.
///
/// # Errors
/// When the system has no random bytes.
pub(crate) fn hash(password: &Redacted<String>) -> Result<String, StoreError> {
    let hash = Argon2::default().hash_password(password.reveal().as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|e| StoreError::failed("hash a password", e.to_string()))
}

/// Whether `password` has this hash; without a hash as slow, and never.
pub(crate) fn matches(password: &Redacted<String>, hash: Option<&str>) -> bool {
    let known = hash.is_some();
    PasswordHash::new(hash.unwrap_or(NOBODY)).is_ok_and(|parsed| {
        let verified = Argon2::default().verify_password(password.reveal().as_bytes(), &parsed);
        verified.is_ok() && known
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let right = Redacted::new("three wrong pianos".to_owned());
        let wrong = Redacted::new("three wrong piano".to_owned());
        let hash = hash(&right).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches(&right, Some(&hash)));
        assert!(!matches(&wrong, Some(&hash)));
        assert!(!matches(&right, None));
    }

    #[test]
    fn nobody_is_as_dear_as_somebody() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = hash(&Redacted::new(String::new())).unwrap();
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.algorithm, somebody.algorithm);
    }
}
