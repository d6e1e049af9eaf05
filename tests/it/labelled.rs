//! The labelled sets: leaks are stopped and ordinary messages left alone, as often as the aim says, and as was measured.

use std::process::Command;

/// Leaks stopped, in percent.
const RECALL: usize = 98;
/// Ordinary messages that may be stopped, in percent.
const TOUCHED: usize = 0;

/// The halves of blind sets that were measured and not mended by: leaks stopped at least, others stopped at most.
const BLIND: [(&str, usize, usize); 3] = [
    ("testdata/blind/1", 49, 6),
    ("testdata/blind/2", 34, 3),
    ("testdata/blind/3", 23, 3),
];

/// What `evaluate --json` says of a folder, and a figure of it.
fn judged(folder: &str) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "evaluate",
            "--json",
            "--config",
            "testdata/school/gateway.toml",
            folder,
        ])
        .output()
        .expect("the binary runs");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn figure(score: &serde_json::Value, key: &str) -> usize {
    usize::try_from(score[key].as_u64().unwrap()).unwrap()
}

#[test]
fn the_labelled_set_is_judged_as_its_labels_say() {
    let score = judged("testdata/labelled");
    let (messages, leaks) = (figure(&score, "messages"), figure(&score, "leaks"));
    let (stopped, touched) = (figure(&score, "stopped"), figure(&score, "touched"));
    assert!(leaks > 150 && messages - leaks > 150, "{score}");
    assert!(stopped * 100 >= leaks * RECALL, "{score}");
    assert!(touched * 100 <= (messages - leaks) * TOUCHED, "{score}");
}

#[test]
fn blind_sets_are_judged_no_worse_than_was_measured() {
    for (folder, stopped, touched) in BLIND {
        let score = judged(folder);
        assert!(figure(&score, "stopped") >= stopped, "{folder}: {score}");
        assert!(figure(&score, "touched") <= touched, "{folder}: {score}");
    }
}
