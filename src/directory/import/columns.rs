//! The columns of each file and the headings under which school information systems export them.
//!
//! Synonyms are those of UK-SCHOOL-DATA section 2.1 that name one column without doubt; `Name` for a pupil is
//! not among them, because "Alex George" does not say which half is the surname.

/// One column of a file.
#[derive(Debug)]
pub struct Column {
    /// The name this program gives it.
    pub name: &'static str,
    /// Whether the file is of no use without it.
    pub required: bool,
    /// Other headings, in lower case without anything but letters and digits.
    pub synonyms: &'static [&'static str],
}

const fn needed(name: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column {
        name,
        required: true,
        synonyms,
    }
}

const fn optional(name: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column {
        name,
        required: false,
        synonyms,
    }
}

const ADMISSION_NUMBER: &[&str] = &[
    "adno",
    "admno",
    "admissionnumber",
    "admissionsnumber",
    "misid",
    "pupilid",
    "studentid",
    "arborid",
    "bromcomid",
    "isamsid",
];

/// `pupils.csv`.
pub static PUPILS: [Column; 12] = [
    optional("upn", &["uniquepupilnumber", "pupilupn"]),
    needed("admission_no", ADMISSION_NUMBER),
    needed(
        "forename",
        &["firstname", "legalforename", "legalfirstname", "givenname"],
    ),
    needed(
        "surname",
        &["lastname", "legalsurname", "legallastname", "familyname"],
    ),
    optional(
        "preferred_forename",
        &[
            "preferredfirstname",
            "preferredname",
            "chosenname",
            "chosenforename",
            "knownas",
        ],
    ),
    optional(
        "preferred_surname",
        &["preferredlastname", "chosensurname", "chosenlastname"],
    ),
    optional("dob", &["dateofbirth", "birthdate", "dobdmy"]),
    optional(
        "year",
        &[
            "yeargroup",
            "ncyear",
            "nationalcurriculumyear",
            "ncyearactual",
            "ncy",
            "yr",
            "schoolyear",
        ],
    ),
    optional(
        "class",
        &[
            "classname",
            "reg",
            "reggroup",
            "registrationgroup",
            "registration",
            "form",
            "formgroup",
            "tutorgroup",
            "formtutorgroup",
            "mentorgroup",
        ],
    ),
    optional("postcode", &["homepostcode", "addresspostcode"]),
    optional(
        "photo_consent",
        &["photographconsent", "imageconsent", "consentphotographs"],
    ),
    optional(
        "email",
        &[
            "emailaddress",
            "schoolemail",
            "schoolemailaddress",
            "pupilemail",
            "studentemail",
        ],
    ),
];

/// `contacts.csv`.
pub static CONTACTS: [Column; 8] = [
    needed("admission_no", ADMISSION_NUMBER),
    needed(
        "name",
        &[
            "contactname",
            "parent",
            "parentname",
            "parentcarer",
            "fullname",
        ],
    ),
    optional(
        "relationship",
        &["relation", "relationshiptopupil", "relationtype"],
    ),
    optional(
        "email",
        &[
            "emailaddress",
            "primaryemail",
            "parentemail",
            "homeemail",
            "contactemail",
        ],
    ),
    optional(
        "phone",
        &[
            "telephone",
            "mobile",
            "mobilenumber",
            "phonenumber",
            "homephone",
            "primaryphone",
        ],
    ),
    optional(
        "parental_responsibility",
        &["pr", "hasparentalresponsibility"],
    ),
    optional(
        "no_contact",
        &["courtorder", "contactnotallowed", "donotcontact"],
    ),
    optional(
        "lives_with",
        &["liveswithpupil", "liveswithstudent", "sameaddress"],
    ),
];

/// `staff.csv`.
pub static STAFF: [Column; 5] = [
    needed("email", &["emailaddress", "workemail", "schoolemail"]),
    needed("name", &["fullname", "staffname", "displayname"]),
    needed("role", &["post", "jobtitle"]),
    optional("status", &["employmentstatus"]),
    optional("private_email", &["personalemail", "homeemail"]),
];

/// `partners.csv`.
pub static PARTNERS: [Column; 2] = [
    needed("domain", &["maildomain"]),
    needed("channel", &["protection"]),
];

/// `history.csv`.
pub static HISTORY: [Column; 4] = [
    needed("address", &["recipientaddress", "recipient", "email"]),
    optional("messages_sent", &["messages", "count"]),
    optional("first_sent", &["first"]),
    optional("last_sent", &["last"]),
];

/// `sensitivity-labels.csv`.
pub static LABELS: [Column; 3] = [
    needed("guid", &["labelid", "immutableid", "id"]),
    needed("name", &["displayname", "label"]),
    needed("level", &[]),
];

/// A heading as synonyms are compared: lower case, letters and digits only.
#[must_use]
pub fn folded(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
