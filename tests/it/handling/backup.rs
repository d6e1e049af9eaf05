//! A backup made while mail comes in is whole, and a restore puts back what it holds, or nothing at all.

use std::fs;

use crate::harness::{Gate, OAKFIELD, reference};

const PASSPHRASE: &str = "correct horse battery staple\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_restored_whole_into_an_empty_folder_only() {
    let gate = Gate::test().await.start().await;
    let held = reference(&gate.send("pupil-data/class-list-csv").await);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (file, passphrase) = (at("store.zip"), at("passphrase"));
    fs::write(&passphrase, PASSPHRASE).unwrap();
    let locked = ["--passphrase-file", passphrase.as_str()];
    let sending = async {
        for _ in 0..15 {
            reference(&gate.send("own-child/report-to-both-parents").await);
        }
    };
    let command = gate.prepared(&[&["backup", file.as_str()], &locked[..]].concat());
    let making = tokio::task::spawn_blocking(move || { command }.output().unwrap());
    let (made, ()) = tokio::join!(making, sending);
    let made = made.unwrap();
    assert!(made.status.success(), "{made:?}");
    let stored = fs::read(&file).unwrap();
    assert!(
        !stored.windows(15).any(|found| found == b"SQLite format 3"),
        "it is encrypted"
    );

    let config = fs::read_to_string(gate.config_file()).unwrap();
    let elsewhere = at("data");
    let other = gate.config_file().with_file_name("other.toml");
    let config = config.replace("data = \"data\"", &format!("data = \"{elsewhere}\""));
    fs::write(&other, config).unwrap();
    let other = other.to_string_lossy().into_owned();
    fs::write(at("wrong"), "another passphrase of some length\n").unwrap();
    let wrong = Gate::run(
        &other,
        &["restore", &file, "--passphrase-file", &at("wrong")],
    );
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    assert_eq!(
        fs::read_dir(&elsewhere).unwrap().count(),
        0,
        "nothing is left behind"
    );
    let restore = [&["restore", file.as_str()], &locked[..]].concat();
    let restored = Gate::run(&other, &restore);
    assert!(restored.status.success(), "{restored:?}");
    let again = Gate::run(&other, &restore);
    assert_eq!(
        again.status.code(),
        Some(2),
        "the folder is not empty: {again:?}"
    );
    check_held(&other, held.as_str());
    gate.stop().await;
}

/// The restored store lists the message and opens it: its key came with it.
#[track_caller]
fn check_held(config: &str, held: &str) {
    let listed = Gate::run(config, &["held", "list", "--json", "--school", OAKFIELD]);
    assert!(
        String::from_utf8_lossy(&listed.stdout).contains(held),
        "{listed:?}"
    );
    let open = [
        "held",
        "show",
        held,
        "--open",
        "--reviewer",
        "dpo@oakfield.sch.uk",
    ];
    let opened = Gate::run(config, &open);
    assert!(
        String::from_utf8_lossy(&opened.stdout).contains("Subject:"),
        "the key came with it"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_that_is_drawn_is_shown_once_and_a_short_one_is_refused() {
    let gate = Gate::test().await.start().await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("short"), "tulip\n").unwrap();
    let refused = gate.command(&["backup", &at("a.zip"), "--passphrase-file", &at("short")]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(!folder.path().join("a.zip").exists());
    let said = gate.says(&["backup", &at("b.zip")]);
    let drawn = said
        .lines()
        .find_map(|line| line.strip_prefix("passphrase "));
    assert_eq!(drawn.unwrap().split('-').count(), 8, "{said}");
    let again = gate.command(&["backup", &at("b.zip")]);
    assert_eq!(
        again.status.code(),
        Some(2),
        "a backup is never overwritten"
    );
    gate.stop().await;
}
