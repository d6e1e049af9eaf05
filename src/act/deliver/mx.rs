//! The order in which a domain's servers are tried (RFC 5321 section 5.1, RFC 7505).
//!
//! Pure: the records go in, the names come out.

/// The most servers of a domain that are tried for one message.
const MOST: usize = 6;

/// One server that a domain names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// The lowest is tried first.
    pub(super) preference: u16,
    /// Its name; empty says that the domain takes no mail.
    pub(super) name: String,
}

/// Why a domain's records lead nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nowhere {
    /// The domain says that it takes no mail.
    Null,
    /// This gateway is the best server the domain names: mail would come back.
    Here,
}

/// Names to try, best first; equal ones in the order of `draw`, so that they share the load.
///
/// Where this gateway is itself among them, only those it prefers to itself remain: no mail goes in a circle.
pub(super) fn in_order(
    servers: &[Server],
    own: &str,
    mut draw: impl FnMut() -> u32,
) -> Result<Vec<String>, Nowhere> {
    let is_null = |server: &Server| server.name.is_empty();
    if servers.iter().all(is_null) {
        return Err(Nowhere::Null);
    }
    let is_own = |server: &&Server| server.name.eq_ignore_ascii_case(own);
    let own = servers.iter().filter(is_own);
    let own = own.map(|server| server.preference).min();
    let mut drawn: Vec<(u16, u32, &str)> = servers
        .iter()
        .filter(|server| !is_null(server) && own.is_none_or(|own| server.preference < own))
        .map(|server| (server.preference, draw(), server.name.as_str()))
        .collect();
    if drawn.is_empty() {
        return Err(Nowhere::Here);
    }
    drawn.sort_unstable();
    let mut names: Vec<String> = Vec::new();
    for (_, _, name) in drawn {
        if names.len() < MOST && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(records: &[(u16, &str)], order: Result<&[&str], Nowhere>) {
        let servers: Vec<Server> = records
            .iter()
            .map(|(preference, name)| Server {
                preference: *preference,
                name: (*name).to_owned(),
            })
            .collect();
        let mut number = 100;
        let found = in_order(&servers, "gate.school.example", || {
            number -= 1;
            number
        });
        let found = found
            .as_ref()
            .map(|names| names.iter().map(String::as_str).collect());
        assert_eq!(
            found.map_err(|nowhere| *nowhere),
            order.map(<[_]>::to_vec),
            "{records:?}"
        );
    }

    #[test]
    fn the_lowest_number_is_tried_first_and_equals_share() {
        check(&[(20, "b"), (10, "a"), (30, "c")], Ok(&["a", "b", "c"]));
        check(
            &[(10, "first"), (10, "second"), (10, "first")],
            Ok(&["first", "second"]),
        );
        let many: Vec<(u16, String)> = (0..20).map(|n| (n, format!("mx{n}"))).collect();
        let many: Vec<(u16, &str)> = many.iter().map(|(n, name)| (*n, name.as_str())).collect();
        check(&many, Ok(&["mx0", "mx1", "mx2", "mx3", "mx4", "mx5"]));
    }

    #[test]
    fn a_null_record_alone_says_no_mail_and_among_others_nothing() {
        check(&[(0, "")], Err(Nowhere::Null));
        check(&[(0, ""), (10, "a")], Ok(&["a"]));
    }

    #[test]
    fn mail_never_goes_to_ourselves_nor_to_whoever_is_worse() {
        let own = "GATE.school.example";
        check(&[(10, "a"), (20, own), (20, "b"), (30, "c")], Ok(&["a"]));
        check(&[(10, own), (20, "b")], Err(Nowhere::Here));
    }
}
