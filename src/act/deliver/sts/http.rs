//! The answer to one HTTP GET, as far as fetching a policy needs it (RFC 9110, RFC 9112).
//!
//! No redirect is followed (RFC 8461 section 3.3), nothing is cached, nothing is decompressed.

/// The most octets that are read of an answer; policies are a few hundred.
pub(super) const MOST: usize = 64 * 1024;

/// The request for `host`'s policy.
pub(super) fn request(host: &str) -> String {
    format!(
        "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {host}\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"
    )
}

/// The body of a whole answer with status 200 and type `text/plain`.
pub(super) fn body(answer: &[u8]) -> Option<String> {
    let (head, body) = split(answer, b"\r\n\r\n")?;
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let mut status = lines.next()?.split(' ');
    if !status.next()?.starts_with("HTTP/1.") || status.next()? != "200" {
        return None;
    }
    let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let field = |name: &str| {
        let mut named = fields
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    };
    let kind = field("Content-Type")?.split(';').next()?.trim();
    if !kind.eq_ignore_ascii_case("text/plain") {
        return None;
    }
    let chunked =
        field("Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let octets = match field("Content-Length") {
        _ if chunked => unchunked(body)?,
        Some(length) => body.get(..length.parse().ok()?)?.to_vec(),
        None => body.to_vec(),
    };
    String::from_utf8(octets).ok()
}

/// The chunks of a body joined, up to the last one of length 0.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let (size, rest) = split(body, b"\r\n")?;
        let size = std::str::from_utf8(size).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

fn split<'a>(octets: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = octets
        .windows(mark.len())
        .position(|window| window == mark)?;
    Some((octets.get(..at)?, octets.get(at + mark.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, found: Option<&str>) {
        assert_eq!(body(answer.as_bytes()).as_deref(), found, "{answer}");
    }

    #[test]
    fn only_a_whole_plain_answer_with_status_200_counts() {
        let kind = "Content-Type: text/plain; charset=utf-8\r\n";
        check(
            &format!("HTTP/1.1 200 OK\r\n{kind}Content-Length: 3\r\n\r\nabcd"),
            Some("abc"),
        );
        check(&format!("HTTP/1.0 200 OK\r\n{kind}\r\nabc"), Some("abc"));
        check(
            &format!(
                "HTTP/1.1 200 OK\r\n{kind}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n"
            ),
            Some("abc"),
        );
        check(
            &format!("HTTP/1.1 200 OK\r\n{kind}Content-Length: 9\r\n\r\nabc"),
            None,
        );
        check(
            &format!("HTTP/1.1 200 OK\r\n{kind}Transfer-Encoding: chunked\r\n\r\n9\r\nabc"),
            None,
        );
        check(
            &format!("HTTP/1.1 301 Moved\r\n{kind}Location: /x\r\n\r\nabc"),
            None,
        );
        check(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc",
            None,
        );
        check("220 mail.example ESMTP\r\n\r\n", None);
    }
}
