//! Pupils by name: found however they are written, and not where they are not.

use std::collections::BTreeSet;

use crate::detect::tests::read;
use crate::directory::people::PupilId;
use crate::extract::content::Place;

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
