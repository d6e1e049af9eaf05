//! swaks as a copier and as a mail system: TLS, both ways to log in, pipelining, 8-bit text, a large message.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use crate::harness::{Gate, OAKFIELD};
use crate::peers::can_run;

const COPIER: &str = "copier@oakfield.sch.uk";
const PASSWORD: &str = "seven tulips in a row";
const MOTHER: &str = "sarah.thornton@webmail.example";

/// What swaks ends with when all went well, and when it could not log in.
const DONE: i32 = 0;
const NO_LOGIN: i32 = 28;

struct Said {
    code: i32,
    dialogue: String,
}

async fn swaks(server: SocketAddr, arguments: &[&str]) -> Said {
    let mut command = Command::new("swaks");
    command
        .args(["--server", &server.ip().to_string()])
        .args(["--port", &server.port().to_string()])
        .args([
            "--helo",
            "copier.oakfield.sch.uk",
            "--from",
            COPIER,
            "--to",
            MOTHER,
        ])
        .args(arguments)
        .stdin(Stdio::null());
    // The gateway works on this thread: it must not wait for swaks.
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        dialogue: String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

/// A gateway with a certificate, ports 25, 587 and 465, and the copier's account.
async fn gate() -> Gate {
    let made = rcgen::generate_simple_self_signed(vec!["gate.oakfield.sch.uk".to_owned()]);
    let made = made.unwrap();
    let files = [
        ("door.pem", made.cert.pem()),
        ("door.key", made.signing_key.serialize_pem()),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let receive = "[receive]\ncertificate = \"door.pem\"\nprivate_key = \"door.key\"\n\
                   submission = [\"127.0.0.1:0\"]\nsubmission_tls = [\"127.0.0.1:0\"]\n";
    let gate = Gate::test()
        .await
        .with("[receive.limits]\nlogin_delay = \"1 s\"\n", &files)
        .replacing("[receive]\n", receive)
        .start()
        .await;
    gate.add_account(OAKFIELD, COPIER, PASSWORD).await;
    gate
}

#[tokio::test]
async fn a_mail_system_relays_with_pipelining_tls_eight_bits_and_size() {
    if !can_run(&["swaks", "--version"]) {
        return;
    }
    let gate = gate().await;
    let relay = gate.addresses()[0];
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.txt");
    std::fs::write(&large, "A line about the school fete.\n".repeat(20_000)).unwrap();
    let large = format!("@{}", large.display());
    let ways: [&[&str]; 4] = [
        &["--pipeline"],
        &["--tls", "--pipeline"],
        &["--body", "Café, Noël, 20 €"],
        &["--body", &large],
    ];
    for way in ways {
        let said = swaks(relay, way).await;
        assert_eq!(said.code, DONE, "{way:?}: {}", said.dialogue);
        assert!(
            said.dialogue.contains("250 2.0.0 Accepted, reference"),
            "{}",
            said.dialogue
        );
    }
    assert_eq!(gate.arrivals(ways.len()).await.len(), ways.len());
    gate.stop().await;
}

#[tokio::test]
async fn a_copier_logs_in_over_tls_and_nowhere_else() {
    if !can_run(&["swaks", "--version"]) {
        return;
    }
    let gate = gate().await;
    let (submission, tls) = (gate.addresses()[1], gate.addresses()[2]);
    let login = |mechanism, password| {
        [
            "--auth",
            mechanism,
            "--auth-user",
            COPIER,
            "--auth-password",
            password,
        ]
    };
    for (server, encrypt, mechanism, password, code) in [
        (submission, "--tls", "PLAIN", PASSWORD, DONE),
        (submission, "--tls", "LOGIN", PASSWORD, DONE),
        (tls, "--tls-on-connect", "PLAIN", PASSWORD, DONE),
        (submission, "--tls", "PLAIN", "six tulips", NO_LOGIN),
        (submission, "--pipeline", "PLAIN", PASSWORD, NO_LOGIN),
    ] {
        let arguments = [&[encrypt][..], &login(mechanism, password)].concat();
        let said = swaks(server, &arguments).await;
        assert_eq!(said.code, code, "{encrypt} {mechanism}: {}", said.dialogue);
    }
    assert_eq!(gate.arrivals(3).await.len(), 3);
    gate.stop().await;
}
