//! The path of a MAIL or RCPT line, `<local@domain>` (RFC 5321 section 4.1.2), read before `smtp-proto` sees the line.
//!
//! `smtp-proto` loses the quotes of a local part, without which `"ok@evil.example"@sink.example` would mean something
//! else to the next hop, and knows no address literals. Parameters are not read here.

use crate::mail::address::Address;

/// The longest path without its brackets (RFC 5321 section 4.5.3.1.3).
const LONGEST: usize = 256;

/// What stands between the brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Path {
    /// `<>`.
    Null,
    /// `<postmaster>` without a domain.
    Postmaster,
    /// An address; a source route before it is dropped (RFC 5321 appendix C).
    Mailbox(Address),
    /// Anything else.
    Wrong,
}

/// The path of a line, and the line with a plain path in its place; `None` for a line that has no path.
pub(super) fn taken_out(line: &str) -> Option<(Path, String)> {
    let (head, rest) = line.split_once('<')?;
    let mut verb: String = head.split_ascii_whitespace().collect();
    verb.make_ascii_uppercase();
    if verb != "MAILFROM:" && verb != "RCPTTO:" {
        return None;
    }
    let Some(end) = end(rest) else {
        return Some((Path::Wrong, line.to_owned()));
    };
    let (path, after) = rest.split_at_checked(end)?;
    Some((read(path), format!("{head}<known@path.example{after}")))
}

/// Where the first `>` outside quotes stands.
fn end(rest: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    rest.find(|c| {
        let ends = c == '>' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        ends
    })
}

fn read(path: &str) -> Path {
    let path = path.trim_start();
    if path.is_empty() {
        return Path::Null;
    }
    if path.eq_ignore_ascii_case("postmaster") {
        return Path::Postmaster;
    }
    let mailbox = match path.strip_prefix('@') {
        Some(route) => route.split_once(':').map(|(_, mailbox)| mailbox),
        None => Some(path),
    };
    mailbox
        .filter(|_| path.len() <= LONGEST)
        .and_then(address)
        .map_or(Path::Wrong, Path::Mailbox)
}

fn address(mailbox: &str) -> Option<Address> {
    let (local, domain) = if let Some(quoted) = mailbox.strip_prefix('"') {
        let (local, rest) = unquoted(quoted)?;
        (written(&local), rest.strip_prefix('@')?)
    } else {
        let (local, domain) = mailbox.rsplit_once('@')?;
        (is_dot_atom(local).then(|| local.to_owned())?, domain)
    };
    format!("{local}@{domain}").parse().ok()
}

/// What stands before the closing quote, its escapes undone, and what stands after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut local = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((local, chars.as_str())),
            '\\' => local.push(chars.next()?),
            c => local.push(c),
        }
    }
}

/// A local part with quotes only where it needs them, so that it is written in one way.
fn written(local: &str) -> String {
    if is_dot_atom(local) {
        return local.to_owned();
    }
    let escaped = local.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn is_dot_atom(local: &str) -> bool {
    let atext =
        |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, address: Option<&str>) {
        let found = taken_out(line).map(|(path, _)| path);
        match (found, address) {
            (Some(Path::Mailbox(found)), Some(address)) => assert_eq!(found.as_str(), address),
            (Some(Path::Wrong), None) => {}
            (found, _) => panic!("{line}: {found:?}"),
        }
    }

    #[test]
    fn a_path_keeps_its_meaning() {
        for (path, address) in [
            ("j.smith@oakfield.sch.uk", "j.smith@oakfield.sch.uk"),
            ("a%evil.example@sink.example", "a%evil.example@sink.example"),
            (
                "\"ok@evil.example\"@sink.example",
                "\"ok@evil.example\"@sink.example",
            ),
            ("\"a b>\"@sink.example", "\"a b>\"@sink.example"),
            ("\"a\\\"b\\\\\"@sink.example", "\"a\\\"b\\\\\"@sink.example"),
            ("\"plain\"@sink.example", "plain@sink.example"),
            (
                "@one.example,@two.example:ok@sink.example",
                "ok@sink.example",
            ),
            ("a@[192.0.2.1]", "a@[192.0.2.1]"),
            ("a@[IPv6:2001:db8::1]", "a@[ipv6:2001:db8::1]"),
        ] {
            check(&format!("RCPT TO:<{path}>"), Some(address));
            check(&format!("mail from : <{path}> SIZE=1"), Some(address));
        }
    }

    #[test]
    fn what_is_no_path_is_wrong() {
        for path in [
            "a b@sink.example",
            "a..b@sink.example",
            "a@b@sink.example",
            "@sink.example",
            "@route.example",
            "\"a@sink.example",
            "\"a\"b@sink.example",
            "a@[192.0.2.256]",
            "a@[2001:db8::1]",
            "a@[x\\]",
            "<a@sink.example>",
        ] {
            check(&format!("RCPT TO:<{path}>"), None);
        }
        check("RCPT TO:<bad", None);
        check(&format!("RCPT TO:<a@{}.example>", "b.".repeat(200)), None);
    }

    #[test]
    fn parameters_are_what_stands_behind_the_path() {
        let (_, line) = taken_out("MAIL FROM:<\"a ENVID=1\"@sink.example> SIZE=2").unwrap();
        assert_eq!(line, "MAIL FROM:<known@path.example> SIZE=2");
        assert_eq!(taken_out("NOOP <x>"), None);
    }
}
