//! Every mistake in a configuration, and the sentence it gets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::*;

const SCHOOL: &str = "[[school]]\nname = \"Oakfield Primary School\"\ndomains = [\"oakfield.sch.uk\"]\ndirectory = \"directory\"\nmode = \"enforce\"\n";

fn folder_with(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("directory")).unwrap();
    let path = folder.path().join("gateway.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[track_caller]
fn problems(text: &str) -> String {
    let (folder, path) = folder_with(text);
    let error = load(&path).err().expect("a mistake");
    let prefix = format!("{}/", folder.path().display());
    error.to_string().replace(&prefix, "")
}

#[test]
fn the_least_that_runs_is_one_school() {
    let (folder, path) = folder_with(SCHOOL);
    let config = load(&path).unwrap();
    assert_eq!(config.data, folder.path().join("data"));
    assert_eq!(config.limits.message, 35 * 1024 * 1024);
    assert!(!config.hostname.is_empty());
}

#[test]
fn every_wrong_value_says_file_line_key_and_what_would_be_right() {
    let more = |text: &str| format!("{text}\n{SCHOOL}");
    for (text, expected) in [
        (
            more("data = 3"),
            "gateway.toml:1: data: has the wrong type: integer `3`, expected a string",
        ),
        (
            more("hostname = \"not a name\""),
            "gateway.toml:1: hostname: `not a name` is not a domain: expected labels of letters, digits and hyphens, such as oakfield.sch.uk",
        ),
        (
            more("[next_hop]\ntls = \"maybe\""),
            "gateway.toml:2: next_hop.tls: unknown value `maybe`, expected one of `none`, `opportunistic`, `required`, `verified`",
        ),
        (
            more("[scanner]\naddress = \"clamav\""),
            "gateway.toml:2: scanner.address: `clamav` is not a scanner: expected a socket such as \"/run/clamav/clamd.ctl\", or host and port such as \"127.0.0.1:3310\"",
        ),
        (
            more("[limits]\nmessage = \"35 MB\""),
            "gateway.toml:2: limits.message: `35 MB` is not a size: expected one such as \"35 MiB\" or \"256 KiB\"",
        ),
        (
            more("[limits]\ntime_per_part = \"soon\""),
            "gateway.toml:2: limits.time_per_part: `soon` is not a time: expected one such as \"10 s\", \"5 min\", \"1 h\" or \"14 days\"",
        ),
        (
            more("[receive]\nlisten = [\"localhost\"]"),
            "gateway.toml:2: receive.listen: `localhost` is not an address with a port: expected one such as \"127.0.0.1:2525\" or \"[::1]:2525\"",
        ),
        (
            more("[receive]\nnetworks = [\"10.0.0.0/40\"]"),
            "gateway.toml:2: receive.networks: `10.0.0.0/40` is not a network: expected an address with a prefix length, such as 192.0.2.0/24 or 2001:db8::/32",
        ),
        (
            more("[next_hop]\nhost = \"two words\""),
            "gateway.toml:2: next_hop.host: `two words` is not a host: expected a name or an address, such as smtp.example.net",
        ),
        (
            more("[next_hop]\nuser = \"school\""),
            "gateway.toml:2: next_hop.password_file: is missing: expected a file whose first line is the password",
        ),
        (
            more("[next_hop]\nport = 70000"),
            "gateway.toml:2: next_hop.port: has a wrong value: integer `70000`, expected a whole number up to 65535",
        ),
        (
            more("[delivery]\nauthorities = \"directory/../gateway.toml\""),
            "gateway.toml:2: delivery.authorities: there is no PEM certificate in it: expected -----BEGIN CERTIFICATE----- blocks",
        ),
    ] {
        assert_eq!(problems(&text), expected);
    }
}

#[test]
fn every_wrong_school_says_which_key_and_what_would_be_right() {
    let other = "[[school]]\nname = \"Other\"\ndirectory = \"directory\"\nmode = \"audit\"\n";
    for (text, expected) in [
        (
            String::new(),
            "gateway.toml: school: no school is declared: expected at least one [[school]] block with name, domains, directory and mode",
        ),
        (
            SCHOOL.replace("\"enforce\"", "\"off\""),
            "gateway.toml:5: school.mode: a school cannot be off: expected \"enforce\" or \"audit\"",
        ),
        (
            SCHOOL.to_owned() + "reviewers = [\"the head\"]\n",
            "gateway.toml:6: school.reviewers: `the head` is not an address: expected name@domain",
        ),
        (
            SCHOOL.to_owned() + "time_zone = \"Mars\"\n",
            "gateway.toml:6: school.time_zone: `Mars` is not a time zone: expected one such as \"Europe/London\"",
        ),
        (
            SCHOOL.to_owned() + other + "domains = [\"OAKFIELD.sch.uk\"]\n",
            "gateway.toml:10: school.domains: `oakfield.sch.uk` is declared twice: each school needs its own",
        ),
        (
            SCHOOL.to_owned() + other,
            "gateway.toml: school \"Other\": domains is missing: expected the school's mail domains, such as [\"oakfield.sch.uk\"]",
        ),
    ] {
        assert_eq!(problems(&text), expected);
    }
}

#[test]
fn a_bad_cell_or_a_missing_folder_of_a_directory_says_where() {
    let (folder, _) = folder_with(SCHOOL);
    let people = folder.path().join("directory");
    let pupils = "admission_no,forename,surname,dob\n1,Amelia,Thornton,31/02/2016\n";
    fs::write(people.join("pupils.csv"), pupils).unwrap();
    let problems = people::directory(&people).expect_err("a bad cell");
    let found = problems[0].to_string();
    let expected = "directory/pupils.csv:2: column dob: `";
    assert!(
        found.contains(expected) && found.contains("dd/mm/yyyy"),
        "{found}"
    );
    let problems = people::directory(&folder.path().join("nowhere")).expect_err("no folder");
    assert!(
        problems[0]
            .to_string()
            .ends_with("nowhere: cannot be read: No such file or directory (os error 2)")
    );
}

#[test]
fn a_bad_rule_of_a_school_says_file_and_line() {
    let (folder, _) = folder_with(SCHOOL);
    let family = folder.path().join("own");
    fs::create_dir(&family).unwrap();
    fs::write(
        family.join("bus.toml"),
        "title = \"bus pass\"\ncolour = 1\n",
    )
    .unwrap();
    let error = rules::rules([folder.path()])
        .expect_err("a bad rule")
        .to_string();
    assert!(error.contains("own/bus.toml:2: "), "{error}");
    assert!(rules::rules([]).is_ok());
}

#[test]
fn a_door_is_complete_or_says_what_it_lacks() {
    for (receive, expected) in [
        (
            "listen = []",
            "gateway.toml: receive.listen: is empty: expected at least one address and port, such as \"127.0.0.1:2525\"",
        ),
        (
            "submission = [\"127.0.0.1:587\"]",
            "gateway.toml:2: receive.submission: needs a certificate: expected receive.certificate and receive.private_key",
        ),
        (
            "certificate = \"x.pem\"",
            "gateway.toml:2: receive.private_key: is missing: a certificate needs its key",
        ),
        (
            "private_key = \"x.pem\"",
            "gateway.toml:2: receive.certificate: is missing: a key needs its certificate",
        ),
        (
            "certificate = \"gateway.toml\"\nprivate_key = \"gateway.toml\"",
            "gateway.toml:2: receive.certificate: the certificate chain has no certificate in PEM form",
        ),
    ] {
        assert_eq!(
            problems(&format!("[receive]\n{receive}\n{SCHOOL}")),
            expected
        );
    }
}

#[test]
fn all_mistakes_of_a_file_are_named_at_once() {
    let text = "colour = \"red\"\ndata = 3\n[[school]]\nnmae = \"x\"\n";
    assert_eq!(problems(text).lines().count(), 3);
    let missing = problems("[[school]]\n");
    assert_eq!(missing.lines().count(), 4, "{missing}");
    let wrong_mode = problems(&SCHOOL.replace("enforce", "maybe"));
    assert_eq!(wrong_mode.lines().count(), 1, "{wrong_mode}");
}

#[test]
fn what_is_wrong_about_the_way_of_mail_is_said_too() {
    let more = |text: &str| format!("{text}\n{SCHOOL}");
    for (text, expected) in [
        (
            more("[next_hop]\nmx = true\nuser = \"school\""),
            "gateway.toml:3: next_hop.user: has no place beside mx = true: nobody signs in at the servers of other domains",
        ),
        (
            more("[next_hop]\nresolvers = [\"dns.example\"]"),
            "gateway.toml:2: next_hop.resolvers: `dns.example` is not a resolver: expected an address, such as 192.0.2.53 or 192.0.2.53:5353",
        ),
        (
            more("[[fallback]]\nhost = \"smtp.example\"\nmx = true"),
            "gateway.toml: fallback: mx = true has no place here: it is the whole of [next_hop], or nothing",
        ),
        (
            more("[next_hop]\nmx = true\n[[fallback]]\nhost = \"smtp.example\""),
            "gateway.toml: fallback: has no place beside next_hop.mx = true: each domain names its own servers",
        ),
        (
            more("[[tls]]\ndomains = [\"nhs.net\"]"),
            "gateway.toml: tls: policy is missing: expected \"required\" or \"verified\"",
        ),
        (
            more("[[tls]]\npolicy = \"verified\""),
            "gateway.toml: tls: domains is missing: expected the domains of the recipients, such as [\"nhs.net\"]",
        ),
        (
            more("data_limit = \"much\""),
            "gateway.toml:1: data_limit: `much` is not a size: expected one such as \"35 MiB\" or \"256 KiB\"",
        ),
    ] {
        assert_eq!(problems(&text), expected);
    }
}

/// Every dotted key of a table; schools, fallbacks and domains are blocks of their own.
fn keys(table: &Table, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (key, value) in table
        .iter()
        .filter(|(key, _)| !BLOCKS.contains(&key.as_str()))
    {
        match value {
            Value::Table(inner) => found.extend(keys(inner, &format!("{prefix}{key}."))),
            _ => {
                found.insert(format!("{prefix}{key}"));
            }
        }
    }
    found
}

const BLOCKS: [&str; 3] = ["school", "fallback", "tls"];

#[test]
fn the_documented_default_has_every_key_with_the_value_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/gateway.toml");
    let text = fs::read_to_string(&path).unwrap();
    let source = Source::new(&path, &text);
    let (mut written, problems) = source.read::<File>();
    assert_eq!(problems, []);
    let documented = keys(&text.parse().unwrap(), "");
    let of_the_code = keys(&Table::try_from(File::default()).unwrap(), "");
    assert_eq!(documented, of_the_code);
    let declared = school::declared(&mut Check::new(&source), &written.school);
    assert_eq!(declared.len(), 1);
    let block = text.split("[[school]]\n").nth(1).unwrap();
    for key in Table::try_from(every_key_of_a_school()).unwrap().keys() {
        assert!(
            block.contains(&format!("\n{key} = ")),
            "{key} is not documented"
        );
    }
    written.school.clear();
    assert_eq!(written, File::default());
}

fn every_key_of_a_school() -> file::School {
    let text = || toml::Spanned::new(0..0, String::new());
    file::School {
        name: Some(text()),
        domains: Vec::new(),
        directory: Some(text()),
        mode: Some(toml::Spanned::new(0..0, crate::mail::mode::Mode::Enforce)),
        policy: Some(text()),
        reviewers: Vec::new(),
        notices_from: Some(text()),
        own_postcodes: Vec::new(),
        own_phones: Vec::new(),
        own_accounts: Vec::new(),
        pupil_addresses: Some(text()),
        rules: Some(text()),
        forms: Some(text()),
        time_zone: Some(text()),
    }
}

#[test]
fn a_school_adds_to_the_lists_in_a_folder_of_its_own() {
    let (folder, path) = folder_with(&format!("lists = \"lists\"\n{SCHOOL}"));
    let lists = folder.path().join("lists");
    fs::create_dir(&lists).unwrap();
    fs::write(
        lists.join("consumer-domains.txt"),
        "valley-broadband.example\n",
    )
    .unwrap();
    let read = || knowledge::read(&load(&path).unwrap());
    let known = read().unwrap().knowledge.lists;
    for domain in ["valley-broadband.example", "gmail.com"] {
        assert!(known.is_consumer(&domain.parse().unwrap()), "{domain}");
    }
    fs::write(lists.join("customer-domains.txt"), "x.example\n").unwrap();
    let error = read().expect_err("a mistake").to_string();
    assert!(
        error.contains("customer-domains.txt:1") && error.contains("is no list"),
        "{error}"
    );
}
