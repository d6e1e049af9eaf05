//! The command line from outside: exit codes, where things are written, and help for every command.

use std::process::{Command, Output};

use clap::CommandFactory;

use schoolgate::cli::Arguments;

fn schoolgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[track_caller]
fn refused(arguments: &[&str], expected: &str) {
    let output = schoolgate(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(error.contains(expected), "{arguments:?}: {error}");
}

#[test]
fn wrong_use_and_bad_input_are_exit_code_two_on_standard_error() {
    refused(
        &["frobnicate"],
        "schoolgate: unrecognized subcommand 'frobnicate'",
    );
    refused(
        &["config", "check", "--colour"],
        "schoolgate: unexpected argument '--colour'",
    );
    refused(
        &["config", "check", "--config", "nowhere.toml"],
        "schoolgate: nowhere.toml: cannot be read: No such file or directory",
    );
}

#[test]
fn a_program_reads_what_is_wrong_with_a_configuration() {
    let checked = |file: &str| {
        let output = schoolgate(&["config", "check", "--json", "--config", file]);
        let checked: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), checked["mistakes"].to_string())
    };
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/school/gateway.toml");
    assert_eq!(checked(ours), (Some(0), "[]".to_owned()));
    let mistake = "[\"nowhere.toml: cannot be read: No such file or directory (os error 2)\"]";
    assert_eq!(checked("nowhere.toml"), (Some(2), mistake.to_owned()));
}

#[test]
fn help_is_a_result() {
    for arguments in [["--help"], ["--version"]] {
        let output = schoolgate(&arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(output.stderr.is_empty());
        assert!(!output.stdout.is_empty());
    }
}

fn walk(command: &clap::Command, path: &str, wrong: &mut Vec<String>) {
    let help = command.clone().render_long_help().to_string();
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    if about.is_empty() || !help.contains("Example") || !help.contains(&format!("\n  {path}")) {
        wrong.push(path.to_owned());
    }
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help" && !inner.is_hide_set())
    {
        walk(inner, &format!("{path} {}", inner.get_name()), wrong);
    }
}

#[test]
fn every_command_says_what_it_is_for_and_shows_an_example() {
    let mut wrong = Vec::new();
    walk(&Arguments::command(), "schoolgate", &mut wrong);
    assert!(wrong.is_empty(), "no sentence or no example: {wrong:?}");
}
