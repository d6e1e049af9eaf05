//! The messages that the demonstration sends: golden mail of `testdata/mail`, with its envelopes.

/// One golden message and where it goes.
#[derive(Debug)]
pub(crate) struct Sample {
    /// What it is, in a few words.
    pub(crate) title: &'static str,
    /// The message, LF line ends.
    pub(crate) message: &'static [u8],
    /// `MAIL FROM`; empty for the null sender.
    pub(crate) sender: &'static str,
    /// `RCPT TO`.
    pub(crate) recipients: &'static [&'static str],
}

macro_rules! golden {
    ($case:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/testdata/mail/",
            $case,
            ".eml"
        ))
    };
}

macro_rules! samples {
    ($($title:literal, $case:literal, $sender:literal => [$($to:literal),+];)+) => {
        &[$(Sample { title: $title, message: golden!($case), sender: $sender, recipients: &[$($to),+] }),+]
    };
}

/// In the order in which they are sent.
pub(crate) const SAMPLES: &[Sample] = samples![
    "An answer to a parent", "passes/answer-to-a-parent",
        "k.fletcher@oakfield.sch.uk" => ["sarah.thornton@webmail.example"];
    "The weekly newsletter", "passes/newsletter",
        "office@oakfield.sch.uk" => ["office@oakfield.sch.uk", "rebecca.adeyinka@webmail.example", "ashworth.family@webmail.example", "xbancroft81@freemail.example", "samira75@freemail.example"];
    "The safeguarding policy", "passes/safeguarding-policy",
        "office@oakfield.sch.uk" => ["sam.okoro@mailbox.test"];
    "A timetable", "passes/timetable",
        "h.bennett@oakfield.sch.uk" => ["supply@teachwell.example"];
    "A list to a colleague", "passes/class-list-to-a-colleague",
        "k.fletcher@oakfield.sch.uk" => ["p.jarvis@oakfield.sch.uk"];
    "Her report, both parents", "own-child/report-to-both-parents",
        "k.fletcher@oakfield.sch.uk" => ["sarah.thornton@webmail.example", "mark.thornton@thornton-roofing.example"];
    "His support plan", "own-child/support-plan-to-a-mother",
        "r.nowak@oakfield.sch.uk" => ["jo.ridley@webmail.example"];
    "A question to the council", "partner/admissions-question",
        "office@oakfield.sch.uk" => ["admissions@brackenshire-council.example"];
    "A safeguarding referral", "partner/referral-to-the-safeguarding-hub",
        "s.pritchard@oakfield.sch.uk" => ["duty@mash.brackenshire-council.example"];
    "One for five recipients", "recipients/everyone-at-once",
        "k.fletcher@oakfield.sch.uk" => ["sarah.thornton@webmail.example", "head@oakfield.sch.uk", "admissions@brackenshire-council.example", "coach@swimsafe.example", "nanna.jean@freemail.example"];
    "Twins, another's mother", "wrong-family/two-mothers-one-child",
        "h.bennett@oakfield.sch.uk" => ["ngozi.okafor@webmail.example", "karen.brown@webmail.example"];
    "Another child's needs", "wrong-family/foster-carer-of-another-child",
        "r.nowak@oakfield.sch.uk" => ["janet.holloway@webmail.example"];
    "A namesake's mother", "wrong-family/namesakes-mother",
        "l.chapman@oakfield.sch.uk" => ["claire.brown@webmail.example"];
    "A list to a stranger", "pupil-data/class-list-to-an-unknown-mailbox",
        "k.fletcher@oakfield.sch.uk" => ["kp.1987@freemail.example"];
    "An export to a company", "pupil-data/class-list-csv",
        "office@oakfield.sch.uk" => ["bookings@wildwood-centre.example"];
    "Two dates of birth", "pupil-data/dates-of-birth-of-two",
        "p.jarvis@oakfield.sch.uk" => ["coach@swimsafe.example"];
    "A hidden sheet", "attachments/hidden-sheet",
        "bursar@oakfield.sch.uk" => ["newsdesk@brackenshire-gazette.example"];
    "A list in a zip in a zip", "attachments/class-list-in-a-zip-in-a-zip",
        "office@oakfield.sch.uk" => ["bookings@wildwood-centre.example"];
    "A locked zip", "attachments/encrypted-zip-to-a-company",
        "bursar@oakfield.sch.uk" => ["advice@hr-partners.example"];
    "A pupil number as subject", "pupil-data/upn-in-the-subject",
        "office@oakfield.sch.uk" => ["support@classbook-mis.example"];
    "A diagnosis as subject", "sensitive-subject/name-and-matter",
        "r.nowak@oakfield.sch.uk" => ["jo.ridley@webmail.example"];
    "A mailbox rule forwards", "auto-forward/exchange-mailbox-forwarding",
        "bounces+SRS=Xa1bC=Q7@oakfield.sch.uk" => ["hannah.bennett@freemail.example"];
    "An out-of-office answer", "machine-mail/out-of-office",
        "" => ["jean.osgood@webmail.example"];
    "From a private account", "own-account/envelope-from-a-private-mailbox",
        "kate.fletcher@webmail.example" => ["sarah.thornton@webmail.example"];
];
