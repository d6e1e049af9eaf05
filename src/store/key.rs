//! The key file: 32 random bytes in hexadecimal that only the gateway's own account may read.
//!
//! Made on first use beside the store, or handed in by systemd as the credential `schoolgate.key`,
//! which keeps it off the disk that the store is on. Whoever has both the store and this file can read held mail;
//! a backup of the store without it opens nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::secret::Redacted;
use crate::store::error::StoreError;

/// Name of the key file in the store's folder.
pub(crate) const FILE: &str = "store.key";
/// Name of the systemd credential (`LoadCredential=schoolgate.key:…`).
const CREDENTIAL: &str = "schoolgate.key";

/// The secret everything else is derived from.
pub(crate) type Master = Redacted<[u8; 32]>;

/// Whether a missing key may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is no store yet.
    Create,
    /// There is a store that only the missing key opens.
    Refuse,
}

/// Where the key is, and who answers for its permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// The store's folder: ours to make and to guard.
    Folder(PathBuf),
    /// The service manager's credential, which lets the service alone in, by means that a file's mode does not show.
    Credential(PathBuf),
}

impl KeyPlace {
    /// The service manager's credential where there is one, otherwise the store's folder.
    pub(crate) fn of(folder: &Path, credentials: Option<&Path>) -> Self {
        let credential = credentials.map(|directory| directory.join(CREDENTIAL));
        match credential {
            Some(path) if path.exists() => Self::Credential(path),
            Some(_) | None => Self::Folder(folder.join(FILE)),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Credential(path) => path,
        }
    }
}

/// Reads the key, or makes it.
///
/// # Errors
/// [`StoreError::Place`] when it is missing and must not be made, is readable by others, or is no key.
pub(crate) fn load(place: &KeyPlace, missing: Missing) -> Result<Master, StoreError> {
    let path = place.path();
    match (File::open(path), missing) {
        (Ok(file), _) => {
            guarded(&file, place)?;
            read(file, path)
        }
        (Err(error), Missing::Create) if error.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(|e| refused(path, &format!("the key cannot be made: {e}")))?;
            load(place, Missing::Refuse)
        }
        (Err(error), _) if error.kind() == io::ErrorKind::NotFound => Err(refused(
            path,
            "the key of this store is missing: put it back from where it was kept, nothing else opens what is held",
        )),
        (Err(error), _) => Err(unreadable(path, &error)),
    }
}

/// The text of a key file.
pub(crate) fn written(master: &Master) -> Redacted<String> {
    Redacted::new(to_hex(master.reveal()) + "\n")
}

/// A key in the folder must be readable by nobody else.
fn guarded(file: &File, place: &KeyPlace) -> Result<(), StoreError> {
    let KeyPlace::Folder(path) = place else {
        return Ok(());
    };
    let state = file.metadata().map_err(|e| unreadable(path, &e))?;
    if state.mode() & 0o077 != 0 {
        let others = format!(
            "others may read the key (mode {:o}): chmod 600 it, and consider it known to them",
            state.mode() & 0o777
        );
        return Err(refused(path, &others));
    }
    Ok(())
}

fn read(file: File, path: &Path) -> Result<Master, StoreError> {
    let mut text = String::new();
    file.take(256)
        .read_to_string(&mut text)
        .map_err(|e| unreadable(path, &e))?;
    from_hex(text.trim())
        .map(Redacted::new)
        .ok_or_else(|| refused(path, "this is no key: expected 64 hexadecimal digits"))
}

/// Written aside, synced and linked into place: a crash leaves a whole key or none, and of two processes one wins.
fn create(path: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; 32];
    let random = SystemRandom::new();
    random
        .fill(&mut bytes)
        .map_err(|_| io::Error::other("no random bytes"))?;
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{}", to_hex(&bytes))?;
    file.sync_all()?;
    let linked = match fs::hard_link(&aside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    fs::remove_file(&aside)?;
    linked?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> StoreError {
    refused(path, &format!("the key cannot be read: {error}"))
}

fn refused(path: &Path, problem: &str) -> StoreError {
    StoreError::Place {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.flatten().collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let pairs: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    pairs?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[track_caller]
    fn problem(place: &KeyPlace, missing: Missing) -> String {
        load(place, missing).unwrap_err().to_string()
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPlace::of(folder.path(), None);
        let made = load(&key, Missing::Create).unwrap();
        assert_eq!(fs::metadata(key.path()).unwrap().mode() & 0o777, 0o600);
        assert!(load(&key, Missing::Create).unwrap() == made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPlace::of(folder.path(), None);
        load(&key, Missing::Create).unwrap();
        fs::set_permissions(key.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(problem(&key, Missing::Create).contains("mode 640"));
    }

    #[test]
    fn a_missing_key_of_an_existing_store_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPlace::of(folder.path(), None);
        assert!(problem(&key, Missing::Refuse).contains("missing"));
        assert!(!key.path().exists());
    }

    #[test]
    fn what_is_no_key_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPlace::of(folder.path(), None);
        for text in ["", "correct horse", &"ab".repeat(31), &"ab".repeat(33), "é"] {
            let mut file = OpenOptions::new();
            let file = file.write(true).create(true).truncate(true).mode(0o600);
            file.open(key.path())
                .unwrap()
                .write_all(text.as_bytes())
                .unwrap();
            assert!(problem(&key, Missing::Refuse).contains("64 hexadecimal"));
        }
    }

    #[test]
    fn a_credential_of_the_service_manager_comes_first_and_is_its_to_guard() {
        let (folder, credentials) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let of = || KeyPlace::of(folder.path(), Some(credentials.path()));
        assert_eq!(of(), KeyPlace::Folder(folder.path().join(FILE)));
        let path = credentials.path().join(CREDENTIAL);
        fs::write(&path, "ab".repeat(32)).unwrap();
        // systemd lets the service in by an access control list, which shows as the group's bits.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert_eq!(of(), KeyPlace::Credential(path));
        assert!(load(&of(), Missing::Refuse).unwrap() == Redacted::new([0xab; 32]));
    }
}
