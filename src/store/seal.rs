//! Sealing content at rest: AES-256-GCM with a fresh key for every message, wrapped by its school's key.
//!
//! ```text
//! key file ─HKDF-SHA256, school─▶ school's key ─wraps─▶ message's key ─seals─▶ content, credentials
//!          ├HKDF-SHA256, school─▶ ledger's key
//!          ├HKDF-SHA256, school─▶ key of its memory's marks
//!          ├HKDF-SHA256, school─▶ key of the hashes of whom messages are about
//!          └HKDF-SHA256─▶ secret of the trace header
//! ```
//! The message's reference and the purpose are associated data: a sealed blob moved to another message,
//! school or column does not open. Destroying the wrapped key destroys the content, wherever copies of it are.
//! A sealed value is `nonce (12 octets) ‖ ciphertext ‖ tag (16 octets)`; nonces are random, and a message's key
//! seals a handful of values. What it does not hide: sizes, addresses, masked subjects and findings.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{hkdf, hmac};

use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::error::StoreError;
use crate::store::key::Master;
use crate::store::record::Subject;

/// The keys of all schools, derived from one key file.
#[derive(Debug)]
pub(crate) struct Keys {
    root: hkdf::Prk,
    random: SystemRandom,
}

/// The key of one message.
#[derive(Debug)]
pub(crate) struct MessageKey {
    key: LessSafeKey,
    id: MessageId,
    random: SystemRandom,
}

/// What a sealed value is; one never opens as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The message as it came.
    Content,
    /// A credential of due work.
    Secret,
}

impl Keys {
    /// Derives from the key file's content.
    pub(crate) fn new(master: &Master) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"schoolgate store 1");
        Self {
            root: salt.extract(master.reveal()),
            random: SystemRandom::new(),
        }
    }

    /// A fresh key for a message, and the same key wrapped.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub(crate) fn fresh(
        &self,
        school: &str,
        id: &MessageId,
    ) -> Result<(MessageKey, Vec<u8>), StoreError> {
        let mut bytes = [0_u8; 32];
        self.random.fill(&mut bytes).map_err(|_| no_seal())?;
        let wrapped = seal(&self.school(school)?, &self.random, &wrapping(id), &bytes)?;
        Ok((self.message(id, &bytes)?, wrapped))
    }

    /// The key of a message from its wrapped form.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was wrapped for another school or message, or with another key file.
    pub(crate) fn unwrap(
        &self,
        school: &str,
        id: &MessageId,
        wrapped: &[u8],
    ) -> Result<MessageKey, StoreError> {
        let bytes = open(&self.school(school)?, &wrapping(id), wrapped)
            .ok_or_else(|| StoreError::Sealed(id.clone()))?;
        self.message(id, &bytes)
    }

    /// The key that chains a school's ledger.
    ///
    /// # Errors
    /// Never in practice: only when the derivation asks for too much.
    pub(crate) fn ledger(&self, school: &str) -> Result<hmac::Key, StoreError> {
        let info = [b"ledger".as_slice(), school.as_bytes()];
        let okm = self.root.expand(&info, hmac::HMAC_SHA256);
        okm.map(Into::into).map_err(|_| no_seal())
    }

    /// The key of a school's memory.
    ///
    /// # Errors
    /// Never in practice: only when the derivation asks for too much.
    pub(crate) fn memory(&self, school: &str) -> Result<hmac::Key, StoreError> {
        let info = [b"memory".as_slice(), school.as_bytes()];
        let okm = self.root.expand(&info, hmac::HMAC_SHA256);
        okm.map(Into::into).map_err(|_| no_seal())
    }

    /// The secret that signs the gateway's trace header, the same after every restart.
    ///
    /// # Errors
    /// Never in practice: only when the derivation asks for too much.
    pub(crate) fn trace(&self) -> Result<Redacted<[u8; 32]>, StoreError> {
        let mut secret = [0_u8; 32];
        let okm = self.root.expand(&[b"trace"], hkdf::HKDF_SHA256);
        okm.and_then(|okm| okm.fill(&mut secret))
            .map_err(|_| no_seal())?;
        Ok(Redacted::new(secret))
    }

    /// The name under which a school keeps that a message is about somebody.
    pub(crate) fn subject(&self, school: &str, subject: &Subject) -> Result<Vec<u8>, StoreError> {
        let info = [b"subject".as_slice(), school.as_bytes()];
        let okm = self.root.expand(&info, hmac::HMAC_SHA256);
        let key: hmac::Key = okm.map(Into::into).map_err(|_| no_seal())?;
        let tag = hmac::sign(&key, subject.key().as_bytes());
        Ok(tag.as_ref().to_vec())
    }

    /// A value that only this key file makes: kept in a store to know its key again.
    pub(crate) fn mark(&self) -> Result<Vec<u8>, StoreError> {
        let tag = hmac::sign(&self.ledger("")?, b"this is the key of this store");
        Ok(tag.as_ref().to_vec())
    }

    fn school(&self, school: &str) -> Result<LessSafeKey, StoreError> {
        let info = [b"school".as_slice(), school.as_bytes()];
        let okm = self.root.expand(&info, &AES_256_GCM);
        let key: UnboundKey = okm.map_err(|_| no_seal())?.into();
        Ok(LessSafeKey::new(key))
    }

    fn message(&self, id: &MessageId, bytes: &[u8]) -> Result<MessageKey, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| no_seal())?;
        Ok(MessageKey {
            key: LessSafeKey::new(key),
            id: id.clone(),
            random: self.random.clone(),
        })
    }
}

impl MessageKey {
    /// Seals `plain`.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub(crate) fn seal(&self, purpose: Purpose, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        seal(&self.key, &self.random, &bound(purpose, &self.id), plain)
    }

    /// Opens what [`MessageKey::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// [`StoreError::Sealed`].
    pub(crate) fn open(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<Redacted<Vec<u8>>, StoreError> {
        open(&self.key, &bound(purpose, &self.id), sealed)
            .map(Redacted::new)
            .ok_or_else(|| StoreError::Sealed(self.id.clone()))
    }
}

fn wrapping(id: &MessageId) -> Vec<u8> {
    format!("key {id}").into_bytes()
}

fn bound(purpose: Purpose, id: &MessageId) -> Vec<u8> {
    match purpose {
        Purpose::Content => format!("content {id}").into_bytes(),
        Purpose::Secret => format!("secret {id}").into_bytes(),
    }
}

fn seal(
    key: &LessSafeKey,
    random: &SystemRandom,
    bound: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0_u8; NONCE_LEN];
    random.fill(&mut nonce).map_err(|_| no_seal())?;
    let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let body = sealed.get_mut(NONCE_LEN..).ok_or_else(no_seal)?;
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(bound), body)
        .map_err(|_| no_seal())?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open(key: &LessSafeKey, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(bound), &mut body).ok()?;
    let length = plain.len();
    body.truncate(length);
    Some(body)
}

fn no_seal() -> StoreError {
    StoreError::failed("seal", "no random bytes or no derived key")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys::new(&Redacted::new([byte; 32]))
    }

    fn id(byte: u8) -> MessageId {
        MessageId::from_random([byte; 8])
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_to_the_same(plain: Vec<u8>, school in ".{0,20}") {
            let (key, wrapped) = keys(1).fresh(&school, &id(1)).unwrap();
            let sealed = key.seal(Purpose::Content, &plain).unwrap();
            let again = keys(1).unwrap(&school, &id(1), &wrapped).unwrap();
            prop_assert_eq!(again.open(Purpose::Content, &sealed).unwrap().into_inner(), plain);
        }

        #[test]
        fn a_changed_bit_does_not_open(plain: Vec<u8>, place: prop::sample::Index, bit in 0_u8..8) {
            let (key, _) = keys(1).fresh("Oakfield", &id(1)).unwrap();
            let mut sealed = key.seal(Purpose::Content, &plain).unwrap();
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert!(key.open(Purpose::Content, &sealed).is_err());
        }
    }

    #[test]
    fn a_key_serves_its_own_file_school_and_message_only() {
        let (_, wrapped) = keys(1).fresh("Oakfield", &id(1)).unwrap();
        for (file, school, message) in [(2, "Oakfield", 1), (1, "Elmwood", 1), (1, "Oakfield", 2)] {
            let result = keys(file).unwrap(school, &id(message), &wrapped);
            assert!(
                matches!(result, Err(StoreError::Sealed(_))),
                "{school} {message}"
            );
        }
    }

    #[test]
    fn a_credential_does_not_open_as_content() {
        let (key, _) = keys(1).fresh("Oakfield", &id(1)).unwrap();
        let sealed = key.seal(Purpose::Secret, b"correct horse").unwrap();
        assert!(key.open(Purpose::Content, &sealed).is_err());
        assert!(key.open(Purpose::Content, &[]).is_err());
    }

    #[test]
    fn the_trace_secret_is_the_key_files_own() {
        let secret = |byte| keys(byte).trace().unwrap().into_inner();
        assert_eq!(secret(1), secret(1));
        assert_ne!(secret(1), secret(2));
        assert_ne!(secret(1), [1; 32]);
    }
}
