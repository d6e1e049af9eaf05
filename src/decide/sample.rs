//! For tests: the people of a sample school and the shipped lists.

use std::collections::BTreeMap;

use crate::decide::lists::Lists;
use crate::directory::import;
use crate::directory::people::Directory;

const PUPILS: &str = "admission_no,forename,surname,class,email,postcode,photo_consent\n\
    1001,Amelia,Thornton,4B,amelia@oakfield.sch.uk,OX1 1AA,yes\n\
    1002,Noah,Thornton,2A,,OX1 1AA,yes\n\
    1003,Zara,Akhtar,4B,,OX2 2BB,no\n\
    1004,Amelia,Thornton,6A,,OX3 3CC,\n";
const CONTACTS: &str = "admission_no,name,relationship,email,phone,parental_responsibility,no_contact,lives_with\n\
    1001,Jane Thornton,mother,jane@thornton-family.example,07700 900111,yes,no,yes\n\
    1002,Jane Thornton,mother,jane@thornton-family.example,07700 900111,yes,no,yes\n\
    1001,Ian Thornton,father,ian.thornton@mail.example,07700 900112,no,yes,no\n\
    1003,Adil Akhtar,father,akhtar@family.example,,yes,no,yes\n\
    1004,Ruth Thornton,mother,ruth@other-family.example,,yes,no,yes\n";
const PEOPLE: &str = "email,name,role,status,private_email\n\
    head@oakfield.sch.uk,Helen Marsh,head,active,\n\
    t.reed@oakfield.sch.uk,Tom Reed,teacher,active,tom.reed.home@webmail.example\n\
    dsl@oakfield.sch.uk,Dee Lead,dsl,active,\n\
    a.gone@oakfield.sch.uk,Ann Gone,teacher,left,\n\
    g.chair@oakfield.sch.uk,Gil Chair,chair,active,gil@chair-home.example\n";
const HISTORY: &str = "address,messages_sent\nsales@supplier.example,12\n";
const PARTNERS: &str = "domain,channel\nservice.example,tls\nclinic.example,zip\n";

pub(crate) fn shipped_lists() -> Lists {
    let source = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    Lists::parse(&[
        source(
            "consumer-domains.txt",
            include_str!("../../config/lists/consumer-domains.txt"),
        ),
        source(
            "publication.txt",
            include_str!("../../config/lists/publication.txt"),
        ),
        source(
            "secure-domains.txt",
            include_str!("../../config/lists/secure-domains.txt"),
        ),
        source(
            "shared-mailboxes.txt",
            include_str!("../../config/lists/shared-mailboxes.txt"),
        ),
        source(
            "whereabouts.txt",
            include_str!("../../config/lists/whereabouts.txt"),
        ),
        source(
            "machine-mailboxes.txt",
            include_str!("../../config/lists/machine-mailboxes.txt"),
        ),
    ])
    .unwrap()
}

pub(crate) fn sample_directory() -> Directory {
    let files: BTreeMap<String, Vec<u8>> = [
        ("pupils.csv", PUPILS),
        ("contacts.csv", CONTACTS),
        ("staff.csv", PEOPLE),
        ("partners.csv", PARTNERS),
        ("history.csv", HISTORY),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .collect();
    import::directory(&files).unwrap().directory
}
