//! What a running gateway takes up, and what it does not: a bad policy or rule leaves the last good one in force.

use std::fs;
use std::path::Path;

use crate::serve::house::House;
use crate::serve::{PASSED, verdict};

const POLICY: &str = include_str!("../../../config/policy.toml");
const RULE: &str = "title = \"the word kingfisher\"\nlevel = \"restricted\"\nplaces = [\"body\"]\n\
    why = \"\"\"\nWhat it finds: a word.\nWhy it matters: for a test.\nExample: \"kingfisher\".\nLimits: none.\n\"\"\"\n\
    [words]\nstrong = [\"kingfisher\"]\nscore = 1\nconfidence = 0.9\n\
    [[examples]]\ntext = \"A kingfisher.\"\n[[counterexamples]]\ntext = \"A wren.\"\n";

/// The school's own policy and rules, named in its configuration.
fn name_own_files(config: &Path) {
    let text = fs::read_to_string(config).unwrap();
    let text = format!("rules = \"rules\"\n{text}");
    let text = text.replace(
        "mode = \"enforce\"",
        "mode = \"enforce\"\npolicy = \"policy.toml\"",
    );
    fs::create_dir_all(config.with_file_name("rules/test")).unwrap();
    fs::write(config.with_file_name("policy.toml"), POLICY).unwrap();
    fs::write(config, text).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_policy_is_not_taken_up_and_a_good_one_is() {
    let house = House::open().await;
    let config = house.stage.config_file();
    name_own_files(&config);
    let file = config.with_file_name("policy.toml");
    let (_, protect) = POLICY.split_once("[table.protect]").unwrap();
    let stricter = protect.replacen("own-child = \"pass\"", "own-child = \"hold\"", 1);
    let stricter = POLICY.replace(protect, &stricter);
    fs::write(&file, &stricter).unwrap();
    house.signal("HUP");
    house.logs("configuration taken up");
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "hold");

    let broken = POLICY.replacen("verdict = \"reject\"", "verdict = \"rejekt\"", 1);
    fs::write(&file, broken).unwrap();
    house.signal("HUP");
    let problem = house.logs("policy.toml");
    assert!(problem.contains("clause.own-account.verdict"), "{problem}");
    house.logs("the last good configuration stays in force");
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "hold");

    fs::write(&file, POLICY).unwrap();
    house.signal("HUP");
    house.logs("configuration taken up");
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "pass");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_fails_its_own_example_is_not_taken_up_and_a_good_one_is() {
    let house = House::open().await;
    let config = house.stage.config_file();
    name_own_files(&config);
    let file = config.with_file_name("rules/test/kingfisher.toml");
    fs::write(&file, RULE.replace("A kingfisher.", "A heron.")).unwrap();
    house.signal("HUP");
    let problem = house.logs("kingfisher.toml");
    assert!(problem.contains("example"), "{problem}");
    house.logs("the last good configuration stays in force");
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "pass");

    fs::write(&file, RULE).unwrap();
    house.signal("HUP");
    house.logs("configuration taken up");
    let listed = house.says(&["rules", "check"]);
    assert!(!listed.is_empty());
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "pass");
}
