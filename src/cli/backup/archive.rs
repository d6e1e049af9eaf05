//! The file of a backup: the store's files in a zip with AES-256, which 7-Zip opens too.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipArchive, ZipWriter};

use crate::cli::failure::Failure;
use crate::secret::Redacted;
use crate::store::sqlite::copy::{self, FILES};

/// Packs a store's files; the file is on disk when this returns, and its octets are said.
pub(super) fn pack(
    folder: &Path,
    file: &Path,
    passphrase: &Redacted<String>,
) -> Result<u64, Failure> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let output = options.open(file).map_err(|error| {
        Failure::input(format!("{} cannot be written: {error}", file.display()))
    })?;
    let mut archive = ZipWriter::new(output);
    // Most of a store is sealed content, which does not shrink.
    let locked = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true)
        .with_aes_encryption(AesMode::Aes256, passphrase.reveal());
    for name in FILES {
        archive
            .start_file(name, locked)
            .map_err(anyhow::Error::from)?;
        io::copy(&mut File::open(folder.join(name))?, &mut archive)?;
    }
    let output = archive.finish().map_err(anyhow::Error::from)?;
    output.sync_all()?;
    Ok(output.metadata()?.len())
}

/// Unpacks a store's files into a folder; nothing else of an archive is looked at.
pub(super) fn unpack(
    file: &Path,
    folder: &Path,
    passphrase: &Redacted<String>,
) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::input(format!("{} cannot be restored: {error}", file.display()))
    };
    let input = File::open(file).map_err(|error| wrong(&error))?;
    let mut archive = ZipArchive::new(BufReader::new(input)).map_err(|error| wrong(&error))?;
    for name in FILES {
        let mut member = archive
            .by_name_decrypt(name, passphrase.reveal().as_bytes())
            .map_err(|error| wrong(&error))?;
        if !member.encrypted() {
            return Err(wrong(&format!(
                "{name} in it is not encrypted, so this program did not write it"
            )));
        }
        copy::put(&folder.join(name), &mut member).map_err(|error| wrong(&error))?;
    }
    Ok(())
}
