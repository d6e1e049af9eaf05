//! A domain's MTA-STS policy as text: the record that announces it, the policy itself, and which servers it names.
//!
//! Pure: what was fetched goes in (RFC 8461 sections 3.1, 3.2 and 4.1).

use std::time::Duration;

/// The longest a policy may be kept, about a year.
const LONGEST_AGE: u64 = 31_557_600;

/// What a domain asks of whoever sends it mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    /// How much it means it.
    pub(crate) mode: Mode,
    /// Names of its servers, of which one may begin with `*.`.
    servers: Vec<String>,
    /// How long it may be kept.
    pub(crate) age: Duration,
}

/// How much a domain means its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Mail goes to a server named, over TLS that proves its name, or not at all.
    Enforce,
    /// The domain is trying it out: mail goes as if there were no policy.
    Testing,
    /// The domain has given it up.
    None,
}

impl Policy {
    /// Reads a policy; `None` where it is not one of version 1, whole and sound.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut version = None;
        let mut mode = None;
        let mut age = None;
        let mut servers = Vec::new();
        for line in text.lines() {
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            // The first of several counts, but for servers (section 3.2).
            match key.trim() {
                "version" => version = version.or(Some(value)),
                "mode" => mode = mode.or(Some(value)),
                "max_age" => age = age.or(Some(value)),
                "mx" => servers.push(value.trim_end_matches('.').to_ascii_lowercase()),
                _ => {}
            }
        }
        let mode = match mode? {
            "enforce" => Mode::Enforce,
            "testing" => Mode::Testing,
            "none" => Mode::None,
            _ => return None,
        };
        let age = age?.parse::<u64>().ok()?.min(LONGEST_AGE);
        let named = mode == Mode::None || !servers.is_empty();
        (version == Some("STSv1") && named).then_some(Self {
            mode,
            servers,
            age: Duration::from_secs(age),
        })
    }

    /// Whether it names this server; `*.` stands for exactly one label (section 4.1).
    pub(crate) fn names(&self, server: &str) -> bool {
        let server = server.trim_end_matches('.').to_ascii_lowercase();
        let parent = server.split_once('.').map(|(_, parent)| parent);
        self.servers.iter().any(|pattern| {
            pattern
                .strip_prefix("*.")
                .map_or(*pattern == server, |below| parent == Some(below))
        })
    }
}

/// The policy's identity, where exactly one of a name's text records announces one (section 3.1).
pub(crate) fn announced(records: &[String]) -> Option<String> {
    let mut found = records.iter().filter(|text| text.starts_with("v=STSv1;"));
    let (Some(record), None) = (found.next(), found.next()) else {
        return None;
    };
    let mut fields = record.split(';').map(str::trim);
    let id = fields.find_map(|field| field.strip_prefix("id="))?;
    let plain = id.bytes().all(|octet| octet.is_ascii_alphanumeric());
    (plain && (1..=32).contains(&id.len())).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version: STSv1\r\nmode: enforce\r\nmx: mail.council.example\r\nmx: *.mx.example\r\nmax_age: 86400\r\n";

    #[test]
    fn a_policy_names_its_servers_and_a_star_is_one_label() {
        let policy = Policy::parse(POLICY).unwrap();
        assert_eq!((policy.mode, policy.age.as_secs()), (Mode::Enforce, 86_400));
        for named in [
            "mail.council.example",
            "MAIL.council.example.",
            "a.mx.example",
        ] {
            assert!(policy.names(named), "{named}");
        }
        for stranger in [
            "council.example",
            "mx.example",
            "a.b.mx.example",
            "amx.example",
        ] {
            assert!(!policy.names(stranger), "{stranger}");
        }
    }

    #[test]
    fn what_is_no_whole_policy_is_none() {
        for (part, becomes) in [
            ("version: STSv1", "version: STSv2"),
            ("mode: enforce", "mode: perhaps"),
            ("mode: enforce\r\n", ""),
            ("max_age: 86400", "max_age: soon"),
            ("mx: mail.council.example\r\nmx: *.mx.example\r\n", ""),
        ] {
            assert_eq!(
                Policy::parse(&POLICY.replace(part, becomes)),
                None,
                "{part}"
            );
        }
        let given_up = "version: STSv1\nmode: none\nmax_age: 99999999999\n";
        let given_up = Policy::parse(given_up).unwrap();
        assert_eq!(
            (given_up.mode, given_up.age.as_secs()),
            (Mode::None, LONGEST_AGE)
        );
    }

    #[test]
    fn exactly_one_record_announces_a_policy() {
        let record = |text: &str| text.to_owned();
        let one = record("v=STSv1; id=20261122T0900;");
        assert_eq!(
            announced(&[record("v=spf1 -all"), one.clone()]).as_deref(),
            Some("20261122T0900")
        );
        assert_eq!(announced(&[one.clone(), one]), None);
        for wrong in [
            "v=STSv1; id=;",
            "v=STSv1;",
            "v=STSv2; id=1",
            "v=STSv1; id=a b",
        ] {
            assert_eq!(announced(&[record(wrong)]), None, "{wrong}");
        }
    }
}
