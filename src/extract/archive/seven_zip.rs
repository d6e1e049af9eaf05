//! 7z archives: LZMA, LZMA2, `PPMd`, bzip2 and Deflate, with what is locked in them told apart.
//!
//! A block is decoded once and its members in a row, so a solid archive costs no more than its content.

use std::io::{Cursor, Read};

use sevenz_rust2::{Archive, Block, BlockDecoder, Error, Password};

use crate::extract::archive::{MOST_DICTIONARY, inner};
use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// The signature `7z¼¯'`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "7z",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.starts_with(b"7z\xbc\xaf\x27\x1c"),
    read,
};

const LOCKED: GapReason = GapReason::Encrypted(Lock::SevenZip);

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut source = Cursor::new(file.bytes);
    let password = Password::empty();
    let archive = Archive::read(&mut source, &password).map_err(|error| reason(&error))?;
    let members = archive.files.iter().filter(|entry| !entry.is_directory);
    for _ in members {
        reader.budget.member()?;
    }
    let mut locked = 0;
    for (number, block) in archive.blocks.iter().enumerate() {
        let decoder = BlockDecoder::new(1, number, &archive, &password, &mut source);
        let names: Vec<String> = decoder
            .entries()
            .iter()
            .map(|entry| entry.name.clone())
            .collect();
        if let Err(reason) = openable(block) {
            locked += usize::from(reason == LOCKED);
            for name in &names {
                reader.unread(&inner(file, name, &[]), reason);
            }
            continue;
        }
        block_members(decoder, file, reader)?;
    }
    if locked > 0 {
        let all = locked == archive.blocks.len();
        return Err(if all {
            LOCKED
        } else {
            GapReason::Encrypted(Lock::Partly)
        });
    }
    Ok(())
}

fn block_members(
    block: BlockDecoder<'_, Cursor<&[u8]>>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let mut over = None;
    let decoded = block.for_each_entries(
        &mut |entry: &sevenz_rust2::ArchiveEntry, stream: &mut dyn Read| match reader
            .budget
            .unpack(stream, file.bytes.len())
        {
            Ok(bytes) => {
                if !entry.is_directory {
                    reader.file(&inner(file, &entry.name, &bytes));
                }
                Ok(true)
            }
            Err(GapReason::TooLarge) => {
                over = Some(GapReason::TooLarge);
                Ok(false)
            }
            Err(reason) => {
                reader.unread(&inner(file, &entry.name, &[]), reason);
                Ok(true)
            }
        },
    );
    if let Some(reason) = over {
        return Err(reason);
    }
    decoded.map(drop).map_err(|error| reason(&error))
}

/// Whether a block is open and its decoders are content with the memory there is: the crate asks nobody.
fn openable(block: &Block) -> Result<(), GapReason> {
    for coder in &block.coders {
        let dictionary = match (coder.encoder_method_id(), coder.properties()) {
            ([6, 0xf1, 7, 1], _) => return Err(LOCKED),
            ([3, 1 | 4, 1], [_, a, b, c, d, ..]) => u32::from_le_bytes([*a, *b, *c, *d]),
            ([0x21], [bits, ..]) => {
                let mantissa = 2 | u32::from(bits & 1);
                mantissa
                    .checked_shl(u32::from(bits / 2) + 11)
                    .filter(|_| *bits < 40)
                    .unwrap_or(u32::MAX)
            }
            _ => 0,
        };
        if dictionary > MOST_DICTIONARY {
            return Err(GapReason::TooLarge);
        }
    }
    Ok(())
}

fn reason(error: &Error) -> GapReason {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => LOCKED,
        // A locked directory names the cipher as a method the reader was built without.
        Error::UnsupportedCompressionMethod(name) if name.contains("AES") => LOCKED,
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::UnsupportedVersion { .. } => GapReason::UnknownFormat,
        Error::MaxMemLimited { .. } => GapReason::TooLarge,
        _ => GapReason::Corrupt,
    }
}
