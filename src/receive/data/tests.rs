//! Ends of data, true and false, however they are cut into pieces.

use proptest::{prop_assert, proptest};

use super::*;

fn body(bare: BareLineEnds) -> Body {
    Body::new(
        Framing::Dots,
        &Limits::default(),
        bare,
        &Memory::new(usize::MAX),
    )
}

/// Feeds `input` in pieces of `size`; the message or its fault, and what was left after its end.
fn read(input: &[u8], size: usize, bare: BareLineEnds) -> Option<(Result<Vec<u8>, Fault>, usize)> {
    let mut body = body(bare);
    let mut fed = 0;
    for piece in input.chunks(size) {
        match body.take(piece) {
            Progress::More => fed += piece.len(),
            Progress::Ended(taken) => {
                return Some((
                    body.finish().map(|(message, _)| message),
                    input.len() - fed - taken,
                ));
            }
        }
    }
    None
}

#[track_caller]
fn assert_reads(input: &[u8], bare: BareLineEnds, expected: Option<Result<&[u8], Fault>>) {
    for size in 1..=input.len() {
        let seen = read(input, size, bare).map(|(result, _)| result);
        let expected = expected.map(|result| result.map(<[u8]>::to_vec));
        assert_eq!(
            seen,
            expected,
            "{:?} in pieces of {size}",
            String::from_utf8_lossy(input)
        );
    }
}

#[test]
fn only_crlf_dot_crlf_ends_a_message() {
    for input in [
        &b"a\n.\nb"[..],
        b"a\n.\r\nb",
        b"a\r\n.\nb",
        b"a\r.\rb",
        b"a\r.\r\nb",
        b"a\r\n.\rb",
        b"a\r.\nb",
        b"a\r\r\n.\r\r\nb",
        b"a\r\n\0.\r\nb",
        b"a\r\n.\0\r\nb",
        b".\n",
        b"\n.\r\n",
        b"..\r\n",
    ] {
        assert_reads(input, BareLineEnds::Refuse, None);
        assert_reads(input, BareLineEnds::Normalise, None);
    }
}

#[test]
fn dots_are_unstuffed_and_nothing_else_is_touched() {
    for (input, message) in [
        (&b".\r\n"[..], &b""[..]),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n...\r\n.a\r\n.\r\n", b".\r\n..\r\na\r\n"),
        (b"a.\r\n.\r\n", b"a.\r\n"),
        (b"caf\xc3\xa9 \xff\r\n.\r\n", b"caf\xc3\xa9 \xff\r\n"),
    ] {
        assert_reads(input, BareLineEnds::Refuse, Some(Ok(message)));
    }
}

#[test]
fn bare_line_ends_and_nul_are_faults_and_the_end_is_still_found() {
    for (input, fault) in [
        (&b"a\nb\r\n.\r\n"[..], Fault::BareLineEnd),
        (b"a\rb\r\n.\r\n", Fault::BareLineEnd),
        (b"a\r\r\n.\r\n", Fault::BareLineEnd),
        (b"a\r\n.\rb\r\n.\r\n", Fault::BareLineEnd),
        (b"a\0b\r\n.\r\n", Fault::Nul),
    ] {
        assert_reads(input, BareLineEnds::Refuse, Some(Err(fault)));
    }
}

#[test]
fn bare_line_ends_are_made_whole_where_that_is_configured() {
    for (input, message) in [
        (&b"a\nb\r\n.\r\n"[..], &b"a\r\nb\r\n"[..]),
        (b"a\rb\r\n.\r\n", b"a\r\nb\r\n"),
        (b"a\r\r\nb\r\n.\r\n", b"a\r\n\r\nb\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\r\nb\r\n"),
    ] {
        assert_reads(input, BareLineEnds::Normalise, Some(Ok(message)));
    }
}

#[test]
fn a_limit_throws_the_message_away_and_keeps_in_step() {
    let limits = Limits {
        message: 10,
        data_line: 6,
        ..Limits::default()
    };
    for (input, fault) in [
        (&b"12345\r\n12345\r\n.\r\nQUIT\r\n"[..], Fault::TooLarge),
        (b"1234567\r\n.\r\nQUIT\r\n", Fault::LineTooLong),
    ] {
        let mut body = Body::new(
            Framing::Dots,
            &limits,
            BareLineEnds::Refuse,
            &Memory::new(1 << 20),
        );
        let Progress::Ended(taken) = body.take(input) else {
            panic!("no end")
        };
        assert_eq!(&input[taken..], b"QUIT\r\n");
        assert_eq!(body.finish().err(), Some(fault));
    }
}

#[test]
fn memory_is_shared_and_given_back() {
    let memory = Memory::new(3 * STEP);
    let limits = Limits::default();
    let text = vec![b'a'; 2 * STEP];
    let mut one = Body::new(Framing::Chunks, &limits, BareLineEnds::Refuse, &memory);
    let mut two = Body::new(Framing::Chunks, &limits, BareLineEnds::Refuse, &memory);
    one.take(&text);
    two.take(&text);
    assert_eq!(two.finish().err(), Some(Fault::NoRoom));
    assert!(!memory.has_room_for(2 * STEP));
    drop(one.finish());
    assert!(memory.has_room_for(3 * STEP));
}

#[test]
fn a_chunked_message_is_held_to_the_same_line_ends() {
    let finish = |chunks: &[&[u8]]| {
        let memory = Memory::new(1 << 20);
        let mut body = Body::new(
            Framing::Chunks,
            &Limits::default(),
            BareLineEnds::Refuse,
            &memory,
        );
        for chunk in chunks {
            assert_eq!(body.take(chunk), Progress::More);
        }
        body.finish().map(|(message, _)| message)
    };
    assert_eq!(
        finish(&[b"a\r", b"\n.\r\nb"]),
        Ok(b"a\r\n.\r\nb\r\n".to_vec())
    );
    assert_eq!(finish(&[b"a\n.\nb\r\n"]), Err(Fault::BareLineEnd));
    assert_eq!(finish(&[b"a\r"]), Err(Fault::BareLineEnd));
}

proptest! {
    #[test]
    fn a_message_has_ended_only_where_its_end_stands(input in "[a.\r\n\0]{0,40}", size in 1..8_usize) {
        let input = input.into_bytes();
        for bare in [BareLineEnds::Refuse, BareLineEnds::Normalise] {
            if let Some((result, left)) = read(&input, size, bare) {
                let read = &input[..input.len() - left];
                prop_assert!(read == b".\r\n" || read.ends_with(b"\r\n.\r\n"));
                if let Ok(message) = result {
                    let mut bare = message.clone();
                    while let Some(at) = bare.windows(2).position(|pair| pair == b"\r\n") {
                        bare.drain(at..at + 2);
                    }
                    prop_assert!(!bare.contains(&b'\r') && !bare.contains(&b'\n') && !bare.contains(&0));
                }
            }
        }
    }
}
