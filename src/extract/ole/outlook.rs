//! Outlook messages: `.msg`, `.oft` (MS-OXMSG).

use std::collections::BTreeSet;

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::ole::mapi::{self, Letter};
use crate::extract::ole::store::Store;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A compound file with a property stream of version 1.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "msg",
    kind: FileKind::Message,
    recognises: |probe| probe.has_stream("__properties_version1.0"),
    read: |file, reader| {
        let mut store = Store::open(file.bytes)?;
        read(&mut store, "", file, reader)
    },
};

/// Reads the message whose storage is `folder`; one inside another is in a storage of its own.
fn read(
    store: &mut Store<'_>,
    folder: &str,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let mut letter = Letter::default();
    let mut attachments = BTreeSet::new();
    for path in store.streams() {
        let Some(rest) = path
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        if let Some((attachment, _)) = rest.split_once('/') {
            if attachment.starts_with("__attach_version1.0_") {
                attachments.insert(format!("{folder}/{attachment}"));
            }
        } else if let Some((property, wide)) = property(rest)
            && let Some(bytes) = store.read(&path, &mut reader.budget)?
        {
            letter.take(property, wide, &bytes);
        }
    }
    letter.give(file, reader);
    for attachment in attachments {
        reader.budget.member()?;
        attached(store, &attachment, file, reader)?;
    }
    Ok(())
}

fn attached(
    store: &mut Store<'_>,
    folder: &str,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let mut name = None;
    for property in [mapi::DISPLAY_NAME, mapi::SHORT_NAME, mapi::LONG_NAME] {
        for (kind, wide) in [("001E", false), ("001F", true)] {
            let path = format!("{folder}/__substg1.0_{property:04X}{kind}");
            let found = store.read(&path, &mut reader.budget)?;
            name = found.map(|bytes| mapi::text(wide, &bytes)).or(name);
        }
    }
    let called = name.as_deref().unwrap_or("attached file");
    let inner = |bytes| File {
        name: name.as_deref(),
        ..file.inner(called, bytes)
    };
    let path = format!("{folder}/__substg1.0_{:04X}", mapi::DATA);
    if let Some(bytes) = store.read(&format!("{path}0102"), &mut reader.budget)? {
        reader.file(&inner(&bytes));
        return Ok(());
    }
    let message = format!("{path}000D");
    let depth = folder.matches("__substg1.0_").count();
    if depth >= reader.limits.nesting {
        return Err(GapReason::TooDeep);
    }
    read(store, &message, &inner(&[]), reader)
}

/// The property and its form that the name of a stream says: `__substg1.0_0037001F`.
fn property(name: &str) -> Option<(u16, bool)> {
    let tag = name.strip_prefix("__substg1.0_")?;
    let property = u16::from_str_radix(tag.get(..4)?, 16).ok()?;
    Some((property, tag.get(4..8)? == "001F"))
}
