//! Exports of an information system become the directory, whole or not at all.

use std::fs;

use crate::harness::Gate;

const GOOD: &str = "Legal Surname;Legal Forename;Adm No;Date of birth;House\r\nThornton;Amelia;2001;09/01/2018;Red\r\n";
const BAD: &str = "Adm No,Forename,Surname,DOB\n2001,Amelia,Thornton,31/02/2018\n";
const PARENTS: &str =
    "Adm No,Parent,Primary email\n2001,Sarah Thornton,sarah.thornton@webmail.example\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_taken_whole_or_not_at_all() {
    let gate = Gate::test().await.start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let directory = gate.config_file().with_file_name("directory");
    let before = fs::read(directory.join("pupils.csv")).unwrap();
    let bad = gate.command(&[
        "directory",
        "import",
        "--pupils",
        &file("students.csv", BAD),
    ]);
    let problem = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert_eq!(bad.status.code(), Some(2), "{problem}");
    for part in [
        "students.csv",
        "2",
        "dob",
        "is no date: expected dd/mm/yyyy",
    ] {
        assert!(problem.contains(part), "{part} in {problem}");
    }
    let alone = file("good.csv", GOOD);
    let alone = gate.command(&["directory", "import", "--pupils", &alone]);
    assert_eq!(
        alone.status.code(),
        Some(2),
        "the contacts that stay name other pupils"
    );
    assert_eq!(fs::read(directory.join("pupils.csv")).unwrap(), before);

    let (pupils, parents) = (file("good.csv", GOOD), file("parents.csv", PARENTS));
    let both = [
        "directory",
        "import",
        "--pupils",
        &pupils,
        "--contacts",
        &parents,
    ];
    let checked = gate.says(&[&both[..], &["--check"]].concat());
    assert!(checked.contains("all good, nothing written"), "{checked}");
    assert_eq!(fs::read(directory.join("pupils.csv")).unwrap(), before);
    let told = gate.tells(&[&both[..], &["--json"]].concat()).remove(0);
    assert_eq!(told["pupils"], 1);
    let written = fs::read_to_string(directory.join("pupils.csv")).unwrap();
    assert_eq!(
        written,
        "admission_no,forename,surname,dob\n2001,Amelia,Thornton,09/01/2018\n"
    );
    assert!(
        directory.join("staff.csv").exists(),
        "what was not named stays"
    );
    let left = temporary(directory.parent().unwrap());
    assert_eq!(left, 0, "nothing is left behind");
    gate.stop().await;
}

/// Folders that an import leaves when it is broken off.
fn temporary(folder: &std::path::Path) -> usize {
    let left = fs::read_dir(folder).unwrap().map(Result::unwrap);
    left.filter(|one| {
        let name = one.file_name();
        name.to_string_lossy().starts_with(".directory")
    })
    .count()
}
