//! A protected copy is opened by the 7-Zip that its recipient uses.

use std::fs;
use std::process::Command;

use mail_parser::{MessageParser, MimeHeaders};
use schoolgate::act::encrypt::password;
use schoolgate::act::encrypt::zip::{Cover, protected};
use schoolgate::mail::id::MessageId;

use crate::peers;

const RAW: &[u8] = b"From: office@oakfield.sch.uk\r\nTo: parent@home.example\r\nSubject: Plan\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
    Content-Type: text/plain\r\n\r\nThe plan is attached.\r\n--b\r\n\
    Content-Type: text/csv; name=plan.csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\n\
    week,topic\r\n1,water\r\n--b--\r\n";

#[test]
fn seven_zip_opens_a_protected_copy_with_its_password_only() {
    if !peers::can_run(&["7z"]) {
        return;
    }
    let password = password::draw().unwrap();
    let id = MessageId::from_random([1; 8]);
    let cover = Cover {
        school: "Oakfield Primary School",
        id: &id,
        hostname: "gate.oakfield.sch.uk",
        received: jiff::Timestamp::UNIX_EPOCH,
    };
    let message = protected(RAW, &password, cover).unwrap();
    let parsed = MessageParser::default().parse(&message).unwrap();
    let zip = parsed.attachment(0).unwrap();
    assert_eq!(zip.attachment_name(), Some("protected-message.zip"));
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("copy.zip");
    fs::write(&archive, zip.contents()).unwrap();
    let extract = |password: &str| {
        let mut command = Command::new("7z");
        command.args(["x", "-y", &format!("-p{password}")]);
        let output = command.arg(&archive).current_dir(&folder).output().unwrap();
        output.status.success()
    };
    assert!(!extract("wrong"), "7z opened it with a wrong password");
    assert!(extract(password.reveal()), "7z did not open it");
    let text = fs::read_to_string(folder.path().join("Message.txt")).unwrap();
    assert!(
        text.contains("The plan is attached.") && text.contains("1.csv: plan.csv"),
        "{text}"
    );
    let csv = fs::read_to_string(folder.path().join("1.csv")).unwrap();
    assert!(csv.starts_with("week,topic\r\n1,water"), "{csv}");
}
