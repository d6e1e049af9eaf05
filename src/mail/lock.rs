//! How a file is locked: each way is a reason of its own, because some are a protection and some are none.

/// A way to lock a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lock {
    /// The old cipher of zip, which is weak (APPNOTE.TXT section 6.1).
    ZipCrypto,
    /// AES in zip (APPNOTE.TXT section 7.2, AE-1 and AE-2).
    ZipAes,
    /// Some members of an archive, not all.
    Partly,
    /// 7z with AES.
    SevenZip,
    /// RAR of any version.
    Rar,
    /// A PDF that asks for a password on opening (ISO 32000-1 section 7.6).
    Pdf,
    /// Office 2010 and later (MS-OFFCRYPTO section 2.3.4.10).
    OfficeAgile,
    /// Office 2007 (MS-OFFCRYPTO section 2.3.4.5).
    OfficeStandard,
    /// Office 97 to 2003 (MS-OFFCRYPTO sections 2.3.5 and 2.3.6).
    OfficeRc4,
    /// Office 95 and before (MS-OFFCRYPTO section 2.3.7), hardly a lock.
    OfficeXor,
    /// Rights management: only the server of the sender's organisation opens it.
    Rights,
    /// OpenDocument (ISO 26300-3 section 3.4).
    OpenDocument,
    /// Pages, Numbers or Keynote.
    IWork,
    /// OpenPGP (RFC 9580).
    OpenPgp,
    /// S/MIME (RFC 8551).
    Smime,
    /// age.
    Age,
    /// A password store, a file of another program, or a lock nobody named.
    Other,
}

impl Lock {
    /// Every way.
    pub const ALL: [Self; 17] = [
        Self::ZipCrypto,
        Self::ZipAes,
        Self::Partly,
        Self::SevenZip,
        Self::Rar,
        Self::Pdf,
        Self::OfficeAgile,
        Self::OfficeStandard,
        Self::OfficeRc4,
        Self::OfficeXor,
        Self::Rights,
        Self::OpenDocument,
        Self::IWork,
        Self::OpenPgp,
        Self::Smime,
        Self::Age,
        Self::Other,
    ];

    /// The word for this lock in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZipCrypto => "zip-crypto",
            Self::ZipAes => "zip-aes",
            Self::Partly => "partly",
            Self::SevenZip => "7z",
            Self::Rar => "rar",
            Self::Pdf => "pdf",
            Self::OfficeAgile => "office-agile",
            Self::OfficeStandard => "office-standard",
            Self::OfficeRc4 => "office-rc4",
            Self::OfficeXor => "office-xor",
            Self::Rights => "rights",
            Self::OpenDocument => "opendocument",
            Self::IWork => "iwork",
            Self::OpenPgp => "openpgp",
            Self::Smime => "smime",
            Self::Age => "age",
            Self::Other => "other",
        }
    }

    /// The lock as a clause of a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::ZipCrypto => "is a zip locked with a password (ZipCrypto, which is weak)",
            Self::ZipAes => "is a zip locked with a password (AES)",
            Self::Partly => "is locked with a password in part",
            Self::SevenZip => "is a 7z archive locked with a password",
            Self::Rar => "is a RAR archive locked with a password",
            Self::Pdf => "is a PDF that asks for a password",
            Self::OfficeAgile => "is an Office document locked with a password (agile encryption)",
            Self::OfficeStandard => {
                "is an Office document locked with a password (standard encryption)"
            }
            Self::OfficeRc4 => "is an old Office document locked with a password (RC4)",
            Self::OfficeXor => {
                "is an old Office document locked with a password (XOR, which is no protection)"
            }
            Self::Rights => "is protected by rights management",
            Self::OpenDocument => "is an OpenDocument file locked with a password",
            Self::IWork => "is an iWork document locked with a password",
            Self::OpenPgp => "is encrypted with OpenPGP",
            Self::Smime => "is encrypted with S/MIME",
            Self::Age => "is encrypted with age",
            Self::Other => "is protected with a password or a key",
        }
    }
}
