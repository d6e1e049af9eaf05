//! A subject access request: every message from, to or about somebody, with others masked.

use crate::harness::{Gate, OAKFIELD, reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_from_to_and_about_a_person_is_found_and_others_are_masked() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("own-child/report-to-both-parents").await);
    gate.settled(OAKFIELD, &id).await;
    let relations = |person: &[&str]| {
        let told = gate.tells(&[&["trace", "--json"], person].concat());
        assert_eq!(told.len(), 1, "{person:?}");
        assert_eq!(told[0]["id"], id.as_str());
        told[0]["relations"].to_string()
    };
    assert_eq!(relations(&["--person", "Amelia Thornton"]), r#"["about"]"#);
    assert_eq!(relations(&["--person", "sarah thornton"]), r#"["to"]"#);
    assert_eq!(
        relations(&["--address", "k.fletcher@oakfield.sch.uk"]),
        r#"["from"]"#
    );
    let since = ["--person", "Amelia Thornton", "--since", "2026-11-21"];
    let later = gate.command(&[&["trace"], &since[..]].concat());
    assert_eq!(later.status.code(), Some(2), "{later:?}");
    let nobody = gate.command(&["trace", "--person", "Nobody Here"]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let lines = gate.says(&["trace", "--person", "Sarah Thornton"]);
    assert!(lines.contains("sarah.thornton@webmail.example"), "{lines}");
    assert!(lines.contains("m•••@thornton-roofing.example"), "{lines}");
    let whole = gate.says(&["trace", "--person", "Sarah Thornton", "--unmasked"]);
    assert!(
        whole.contains("mark.thornton@thornton-roofing.example"),
        "{whole}"
    );
    gate.stop().await;
}
