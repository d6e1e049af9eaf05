//! How fast detection reads, and what a roll costs: `cargo bench --bench detect`.
//!
//! Prints megabytes of text a second through every shipped rule with rolls of 400, 2,000 and 100,000 pupils:
//! of letters of four kilobytes, each a message of its own, and of one text of four megabytes.
//! For each roll it prints how long it takes to build and the memory it takes, beside that of the directory it is
//! built from; both in a process of their own, as the system counts what is resident.
//! Pupils are as a register has them: second and preferred names, double surnames, numbers, addresses, two contacts.
//! Times are processor time, so that other work counts only as far as it shares caches.
//! Measured on one of two shared cores, both quiet: 73 MB/s of letters and 77 of one text with 2,000 pupils, 68 and 71
//! with 100,000, whose roll takes 0.7 s and 72 MB. The automaton of expressions has a sixth of that time, cutting words
//! and looking them up in the roll a sixth, terms an eighth.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::format_push_string,
    missing_docs,
    reason = "a benchmark prints its figures and stops where it cannot go on"
)]

use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use jiff::civil::date;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::rules::Rules;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::consumer::ConsumerDomains;
use schoolgate::directory::people::{Contact, Directory, Link, Pupil, PupilId};
use schoolgate::extract::content::{Content, Place, Text};
use schoolgate::mail::origin::Origin;

/// Ordinary school prose; names and numbers in it are invented.
const PROSE: [&str; 20] = [
    "Thank you for coming to the harvest festival on Friday.",
    "Year 4 will visit the museum on 12/03/2027; please return the form by Monday.",
    "Mrs Sampler and her class have grown beans, measured them every day and drawn a chart.",
    "If you have any questions ring the office on 01632 960123 between 8.30 and 4.",
    "The choir sang, the band played and Zoë read a poem about café life in Zürich.",
    "We don't mind what colour the costume is, as long as it's comfortable.",
    "Could somebody please bring the projector back to the hall before lunch?",
    "The boiler man comes on Tuesday, so the library will be cold until then.",
    "Reading records go home in the blue folder, and maths is set on the portal.",
    "I have moved the staff meeting to 3:45, because the head is at a conference.",
    "Parents’ evening is on the 14th – slots can be booked from 9am on Saturday.",
    "The minutes of the last meeting were agreed and there were no matters arising.",
    "Our football team lost 2-1 away, but everybody played with great spirit.",
    "Please find the budget for the new playground attached; comments are welcome.",
    "Assembly this week was about kindness, and the children asked thoughtful questions.",
    "Lunch costs £2.65 a day and is paid in advance through the usual site.",
    "The supply agency has sent its timesheet again, this time with the right week on it.",
    "Key Stage 2 will rehearse the play in costume; trainers are not allowed on stage.",
    "There is a vacancy for a parent governor, and nominations close at noon on Thursday.",
    "Many of you asked about swimming: it starts after half term and lasts six weeks.",
];

const SYLLABLES: [&str; 16] = [
    "ta", "mor", "lin", "bes", "kor", "wen", "dal", "fi", "gar", "hol", "jas", "nu", "per", "ros",
    "sim", "vo",
];

fn name(mut number: usize, syllables: usize) -> String {
    let mut name = String::new();
    for _ in 0..syllables {
        name.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    name[..1].to_uppercase() + &name[1..]
}

fn directory(pupils: usize) -> Directory {
    let mut directory = Directory::default();
    for number in 0..pupils {
        let pupil = pupil(number);
        for parent in ["Mother", "Father"] {
            let forename = name(number * 11 + parent.len(), 3);
            directory.contacts.push(Contact {
                address: format!("{forename}.{}{number}@home.example", pupil.surname)
                    .parse()
                    .ok(),
                name: format!("{forename} {}", pupil.surname),
                phone: Some(format!("07700 9{:05}", number % 100_000)),
                links: vec![Link {
                    pupil: PupilId(u32::try_from(number).unwrap()),
                    relationship: parent.to_owned(),
                    parental_responsibility: true,
                    no_contact: false,
                    lives_with: true,
                }],
            });
        }
        directory.pupils.push(pupil);
    }
    directory.indexed()
}

fn pupil(number: usize) -> Pupil {
    let every = |share: usize| number.is_multiple_of(share);
    let (forename, surname) = (name(number * 7 % 2_048, 3), name(number * 13 % 60_000, 4));
    let year = 2008 + i16::try_from(number % 13).unwrap();
    let day = i8::try_from(number % 28 + 1).unwrap();
    Pupil {
        upn: Some(format!("A80100{number:07}")),
        admission_no: format!("{number:06}"),
        preferred_forename: every(8).then(|| name(number * 3 % 2_048, 2)),
        preferred_surname: every(40).then(|| name(number * 17 % 60_000, 4)),
        dob: Some(date(year, 9, day)),
        year: Some(format!("{}", number % 13)),
        class: Some(format!("{}A", number % 13)),
        postcode: Some(format!("ZZ{} {}AA", number % 99 + 1, number % 10)),
        email: format!("{}{}{number}@pupils.example", year - 2000, &surname[..3])
            .parse()
            .ok(),
        forename: if every(7) {
            format!("{forename} {}", name(number % 900, 3))
        } else {
            forename
        },
        surname: if every(10) {
            format!("{surname}-{}", name(number % 5_000, 4))
        } else {
            surname
        },
        ..Pupil::default()
    }
}

fn rules() -> Rules {
    let mut sources = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for family in fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
    {
        for file in fs::read_dir(family.path()).unwrap().flatten() {
            let text = fs::read_to_string(file.path()).unwrap();
            sources.push((file.path().to_string_lossy().into_owned(), text));
        }
    }
    Rules::compile(&sources).unwrap()
}

/// Letters of a kilobyte or more, in which one sentence in fifty names a pupil.
fn letters(directory: &Directory, octets: usize, each: usize) -> Vec<String> {
    // Numerical Recipes' generator: the same text on every machine.
    let mut random = 1_u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    let letter = |_| {
        let mut text = "Dear all,\n\n".to_owned();
        while text.len() < each {
            let pupil = directory.pupils.get(next(directory.pupils.len().max(1)));
            if let Some(pupil) = pupil.filter(|_| next(50) == 0) {
                text.push_str(&format!(
                    "{} {} will bring the beans. ",
                    pupil.forename, pupil.surname
                ));
            }
            text.push_str(PROSE[next(PROSE.len())]);
            text.push_str(if next(4) == 0 { "\n\n" } else { " " });
        }
        text + "\n\nKind regards,\nThe office\n"
    };
    (0..octets / each).map(letter).collect()
}

fn content(text: String) -> Content {
    Content {
        texts: vec![Text {
            origin: Origin::new("body"),
            place: Place::Body,
            visible: true,
            text,
        }],
        ..Content::default()
    }
}

/// Seconds of processor time this thread has had, where the system says it: the machine has other work.
fn worked() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|n| n.parse::<u64>().ok());
    nanoseconds.unwrap_or(0) as f64 / 1e9
}

/// Megabytes a second over these texts, each a message, and how many pupils were found: the best of seven, as caches
/// are shared.
fn speed(texts: Vec<String>, setting: &Setting<'_>) -> (f64, usize) {
    let size: usize = texts.iter().map(String::len).sum();
    let messages: Vec<Content> = texts.into_iter().map(content).collect();
    let (mut best, mut found) = (0.0_f64, 0);
    for _ in 0..7 {
        let start = worked();
        found = messages
            .iter()
            .map(|message| findings(message, setting).pupils)
            .sum();
        best = best.max(size as f64 / 1e6 / (worked() - start));
    }
    (best, found)
}

/// Resident memory in MB, where the system says it.
fn resident() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|p| p.parse::<u32>().ok());
    f64::from(pages.unwrap_or(0)) * 4_096.0 / 1e6
}

/// What a directory and its roll take, in a process that holds nothing else.
fn memory(pupils: usize) {
    let before = resident();
    let directory = directory(pupils);
    let (people, start) = (resident(), worked());
    let roll = Roll::build(&directory);
    let (built, all) = (worked() - start, resident());
    assert_eq!(roll.is_empty(), pupils == 0);
    println!(
        "{pupils:>7} pupils: roll built in {built:.3} s, {:.1} MB; directory with two contacts each {:.1} MB",
        all - people,
        people - before
    );
}

fn main() {
    let asked = env::args()
        .skip_while(|argument| argument != "memory")
        .nth(1);
    if let Some(pupils) = asked {
        memory(pupils.parse().unwrap());
        return;
    }
    let start = Instant::now();
    let rules = rules();
    println!(
        "rules: {} compiled and proved in {:.2?}",
        rules.iter().count(),
        start.elapsed()
    );
    let own = OwnDetails::default();
    for pupils in [0, 400, 2_000, 100_000] {
        let number = pupils.to_string();
        let measured = Command::new(env::current_exe().unwrap())
            .args(["memory", &number])
            .output();
        print!("{}", String::from_utf8_lossy(&measured.unwrap().stdout));
        let directory = directory(pupils);
        let roll = Roll::build(&directory);
        let setting = Setting {
            rules: &rules,
            roll: &roll,
            directory: &directory,
            today: date(2026, 11, 22),
            children: &[],
            author: None,
            own: &own,
            consumers: &ConsumerDomains::default(),
        };
        let (small, found) = speed(letters(&directory, 4_000_000, 4_000), &setting);
        let (large, _) = speed(letters(&directory, 4_000_000, 4_000_000), &setting);
        println!(
            "{pupils:>7} pupils: letters {small:.1} MB/s, {found} times a pupil; one text {large:.1} MB/s"
        );
    }
}
