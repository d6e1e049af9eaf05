//! The labelled set: leaks are stopped and ordinary messages left alone, as often as the aim says.

use std::process::Command;

/// Leaks stopped, in percent.
const RECALL: usize = 98;
/// Ordinary messages that may be stopped, in percent.
const TOUCHED: usize = 0;

#[test]
fn the_labelled_set_is_judged_as_its_labels_say() {
    let output = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "evaluate",
            "--json",
            "--config",
            "testdata/school/gateway.toml",
            "testdata/labelled",
        ])
        .output()
        .expect("the binary runs");
    let score: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let figure = |key: &str| usize::try_from(score[key].as_u64().unwrap()).unwrap();
    let (messages, leaks, stopped, touched) = (
        figure("messages"),
        figure("leaks"),
        figure("stopped"),
        figure("touched"),
    );
    assert!(leaks > 150 && messages - leaks > 150, "{score}");
    assert!(stopped * 100 >= leaks * RECALL, "{score}");
    assert!(touched * 100 <= (messages - leaks) * TOUCHED, "{score}");
}
