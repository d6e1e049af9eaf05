//! Lines and the commands they are.

use super::*;

#[track_caller]
fn recipient_of(line: &str) -> Recipient {
    match command(line.as_bytes()) {
        Command::Rcpt(recipient) => *recipient,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn verbs_are_understood_in_any_case_and_argument_free_ones_take_no_argument() {
    for (line, expected) in [
        ("ehlo my_pc", Command::Ehlo("my_pc".to_owned())),
        (
            "EHLO [IPv6:2001:db8::1]",
            Command::Ehlo("[IPv6:2001:db8::1]".to_owned()),
        ),
        ("data", Command::Data),
        ("DATA now", Command::Wrong(Wrong::Syntax("DATA"))),
        ("StartTLS", Command::StartTls),
        ("STARTTLS x", Command::Wrong(Wrong::Syntax("STARTTLS"))),
        ("NOOP anything", Command::Noop),
        ("EXPN staff", Command::Wrong(Wrong::NotOffered)),
        ("BOGUS", Command::Wrong(Wrong::Unknown)),
        ("", Command::Wrong(Wrong::Unknown)),
        ("GET / HTTP/1.1", Command::Http),
        ("Host: mail", Command::Http),
        ("RCPT TO:<Postmaster>", Command::RcptPostmaster),
        (
            "BDAT 86 LAST",
            Command::Bdat(Chunk {
                octets: 86,
                last: true,
            }),
        ),
        ("AUTH CRAM-MD5", Command::Wrong(Wrong::Mechanism)),
        ("AUTH LOGIN", Command::Auth(Mechanism::Login, None)),
    ] {
        assert_eq!(command(line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn a_size_that_overflows_is_the_greatest_and_never_wraps() {
    for digits in [
        "99999999999999999999",
        "99999999999999999999999999",
        "18446744073709551615",
    ] {
        let line = format!("MAIL FROM:<a@oakfield.sch.uk> SIZE={digits}");
        match command(line.as_bytes()) {
            Command::Mail(mail) => assert_eq!(mail.size, Some(u64::MAX), "{digits}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        command(b"BDAT 99999999999999999999999999 LAST"),
        Command::Bdat(Chunk {
            octets: u64::MAX,
            last: true
        })
    );
}

#[test]
fn delivery_status_wishes_are_kept_as_they_were_written() {
    let recipient = recipient_of(
        "RCPT TO:<a@sink.example> NOTIFY=SUCCESS,failure ORCPT=rfc822;a+2Bb@sink.example",
    );
    assert_eq!(recipient.notify.as_deref(), Some("SUCCESS,FAILURE"));
    assert_eq!(
        recipient.original.as_deref(),
        Some("rfc822;a+2Bb@sink.example")
    );
    let line =
        "MAIL FROM:<a@oakfield.sch.uk> RET=HDRS ENVID=QQ+2B1 REQUIRETLS AUTH=<> BODY=8BITMIME";
    match command(line.as_bytes()) {
        Command::Mail(Mail { asked, .. }) => assert_eq!(
            asked,
            MailParameters {
                eight_bit: true,
                utf8: false,
                ret: Some("HDRS".to_owned()),
                envelope_id: Some("QQ+2B1".to_owned()),
                require_tls: true,
            }
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_original_recipient_beyond_ascii_is_kept() {
    let recipient =
        recipient_of("RCPT TO:<a@sink.example> ORCPT=utf-8;müller@sink.example NOTIFY=NEVER");
    assert_eq!(
        recipient.original.as_deref(),
        Some("utf-8;müller@sink.example")
    );
    assert_eq!(recipient.notify.as_deref(), Some("NEVER"));
}

#[test]
fn what_is_wrong_says_what_is_wrong() {
    for (line, wrong) in [
        (&b"MAIL FROM:<a b@sink.example>"[..], Wrong::Sender),
        (b"RCPT TO:<>", Wrong::Recipient),
        (b"RCPT TO:<bad", Wrong::Recipient),
        (b"RCPT TO:<<a@sink.example>>", Wrong::Recipient),
        (b"MAIL FROM:<postmaster>", Wrong::Sender),
        (b"MAIL FROM:<a@b.example> FOO=1", Wrong::Parameter),
        (
            b"RCPT TO:<a@b.example> NOTIFY=NEVER,SUCCESS",
            Wrong::Value("NOTIFY"),
        ),
        (
            "MAIL FROM:<a@b.example> ENVID=é".as_bytes(),
            Wrong::Value("ENVID"),
        ),
        (b"RCPT TO:<a@b.example> ORCPT=x400;a", Wrong::Value("ORCPT")),
        (b"NOOP a\0b", Wrong::Characters),
        (b"EHLO a\rb", Wrong::Characters),
        (b"MAIL FROM:<\xff@b.example>", Wrong::Characters),
    ] {
        assert_eq!(
            command(line),
            Command::Wrong(wrong),
            "{}",
            String::from_utf8_lossy(line)
        );
    }
}
