//! Pupils by name: found however they are written, and not where they are not.

use std::collections::BTreeSet;

use crate::detect::tests::{part, pupil, read, read_at, school};
use crate::directory::people::PupilId;
use crate::extract::content::{Content, Place};
use crate::mail::origin::Origin;

#[track_caller]
fn names(text: &str, expected: &[u32]) {
    let found = read(&[(Place::Body, text)]);
    let expected: BTreeSet<PupilId> = expected.iter().map(|id| PupilId(*id)).collect();
    assert_eq!(found.on_roll, expected, "{text:?}: {:?}", found.items);
}

#[test]
fn pupils_are_found_however_their_names_are_written() {
    names("Amelia Thornton was late.", &[0]);
    names("Thornton, Amelia", &[0]);
    names("THORNTON\tAMELIA\t4H", &[0]);
    names("Zoe OBrien Smith and Zoë O\u{2019}Brien", &[1]);
    names("amelia thornton's mum rang", &[0]);
    names("A. Thornton (4H) needs a coat", &[0]);
    names("Ame\u{200b}lia\u{a0}Thornton", &[0]);
    names("Grace Field came first", &[4]);
    names("Millie Thornton", &[0]);
    names("Amelia (4H) needs a coat", &[0]);
    names("Thornton-Jones Amelia Thornton", &[0]);
    names("Taylor James Taylor", &[5]);
    names("from a.thornton@oakfield.sch.uk today", &[0]);
}

#[test]
fn a_roll_built_anew_knows_who_came_and_not_who_left() {
    let mut directory = school();
    directory.pupils.remove(0);
    directory
        .pupils
        .push(pupil("Wilhelmina", "Quartermain", "4H", None));
    let directory = directory.indexed();
    let came = PupilId(u32::try_from(directory.pupils.len() - 1).unwrap());
    let text = "Wilhelmina Quartermain was early.\nAmelia Thornton was late.";
    let content = Content {
        texts: vec![part(&Origin::new("body"), Place::Body, text)],
        ..Content::default()
    };
    let found = read_at(&directory, &content);
    assert_eq!(found.on_roll, BTreeSet::from([came]));
    names(text, &[0]);
}

#[test]
fn what_is_no_pupil_is_left_alone() {
    names("Mr James Taylor will call.", &[]);
    names("Well done James, Taylor and Harry", &[]);
    names("the grace field was mown", &[]);
    names("A Thornton needs a coat", &[]);
    names("Mrs Megan Ellwood, Year 5", &[]);
    names("Megan Ellwood\nYear 5 teacher", &[]);
    names("On Monday James Taylor <jt@x.example> wrote:", &[]);
    names("Amelia and Thornton Heath", &[]);
    names("Amelia had a lovely day", &[]);
    names("The picnic is at Grace Field again", &[]);
    names("Dear Amelia, the class enjoyed your visit", &[]);
}

#[test]
fn three_surnames_side_by_side_are_pupils_and_fewer_or_others_are_not() {
    for list in [
        "Detention: Thornton, Hargreaves and O'Brien-Smith.",
        "Thornton - 12\nHargreaves - 9\nO'Brien-Smith - 11\n",
        "Please move Amelia T, Zoë O and Oliver H to the other table.",
        "Thornton's mum rang about the trip. I spoke to O'Brien-Smith in class. Hargreaves was fetched by his dad.",
    ] {
        let found = read(&[(Place::Body, list)]);
        assert!(
            found.on_roll.contains(&PupilId(0)),
            "{list}: {:?}",
            found.items
        );
        assert!(
            found.pupils >= 2 && found.pupils <= 3,
            "{list}: {:?}",
            found.items
        );
    }
    for text in [
        "Thornton and Hargreaves were late.",
        "Mr Thornton, Mrs Hargreaves and Miss O'Brien-Smith meet at four.",
        "Books by Thornton, Dahl, Hargreaves, Rowling, O'Brien-Smith and Walliams.",
        "Thornton, Hargreaves and O'Brien-Smith (2019) say otherwise.",
        "Thornton Road, Hargreaves Street and O'Brien-Smith Lane are closed.",
        "John Thornton, Mary Hargreaves and Sue O'Brien-Smith are the governors.",
    ] {
        names(text, &[]);
    }
}

#[test]
fn a_forename_with_a_letter_is_a_pupil_with_the_class_and_else_makes_words_matter() {
    names("Amelia T in 4H needs a coat", &[0]);
    names("Amelia T needs a coat", &[]);
    names("Amelia T needs a coat, her mum says", &[0]);
    names("Amelia T from the museum speaks to parents", &[]);
    names("Our governor Amelia T visits every class", &[]);
    let told = |text: &str| {
        let found = read(&[(Place::Body, text)]);
        let mut words = found
            .items
            .iter()
            .filter(|one| one.detector.starts_with("words."));
        words.next().map(|one| one.pupils.len())
    };
    assert_eq!(told("Amelia T had a seizure."), Some(1));
    assert_eq!(told("Amelia Q had a seizure."), None);
    assert_eq!(told("Amelia T. She had a seizure."), Some(1));
    assert_eq!(
        told("Amelia T. \"Milly\" Sampler lectures on seizure."),
        None
    );
    assert_eq!(told("Amelia T Sampler lectures on seizure."), None);
    assert_eq!(told("Oliver H lectures on seizure."), None);
}

#[test]
fn a_whole_name_is_somebody_elses_where_the_words_beside_say_so() {
    names("Your engineer Amelia Thornton called", &[]);
    names("Please tell the driver. Amelia Thornton is sick.", &[0]);
    names("for the late Amelia Thornton", &[]);
    names("Amelia Thornton (1891-1916)", &[]);
    names("Amelia Thornton Taylor reads on Monday", &[]);
    names("Amelia Thornton Maths 104", &[0]);
    names("Your engineer saw Amelia Thornton (4H)", &[0]);
}

#[test]
fn namesakes_count_once_until_a_class_tells_them_apart() {
    let both = read(&[(Place::Body, "Oliver Hargreaves was absent.")]);
    assert_eq!(
        (both.pupils, both.on_roll.len(), both.namesakes.len()),
        (1, 2, 1)
    );
    names("Oliver Hargreaves (6T) was absent.", &[3]);
}

#[test]
fn a_forename_makes_the_words_around_it_matter_where_it_is_a_childs() {
    for (text, matters) in [
        ("Amelia had a seizure in class, mum collected her.", true),
        (
            "Oliver's social worker rang about the child protection plan.",
            true,
        ),
        (
            "Hi Amelia, the seizure course for parents is on Monday.",
            false,
        ),
        (
            "Amelia Sampler will speak to parents about epilepsy.",
            false,
        ),
        ("Megan taught the class about epilepsy.", false),
    ] {
        let found = read(&[(Place::Body, text)]);
        let sensitive = found.items.iter().any(|f| f.detector.starts_with("words."));
        assert_eq!(sensitive, matters, "{text}: {:?}", found.items);
    }
}

#[test]
fn a_file_named_after_a_pupil_is_about_the_pupil() {
    let found = read(&[
        (Place::FileName, "Amelia_Thornton_plan.docx"),
        (
            Place::Attachment,
            "The child protection plan will be reviewed.",
        ),
    ]);
    assert!(
        found
            .items
            .iter()
            .any(|f| f.detector == "words.safeguarding")
    );
}
