//! What British children are called for short, and one name in its several spellings.
//!
//! Folded names; each line is one set whose first is the full name, or a set of spellings.
//! A preferred forename in the directory always counts; this list is for those who gave none.

/// Full name, then short forms.
const SHORT: &[(&str, &[&str])] = &[
    ("abigail", &["abi", "abby", "abbie", "gail"]),
    ("albert", &["bertie", "albie"]),
    ("alexander", &["alex", "alec", "sandy", "xander", "lex"]),
    ("alexandra", &["alex", "sasha", "lexi"]),
    ("alfred", &["alfie", "fred"]),
    ("amelia", &["millie", "amy"]),
    ("andrew", &["andy", "drew"]),
    ("anthony", &["tony"]),
    ("archibald", &["archie"]),
    ("arthur", &["art", "artie"]),
    ("beatrice", &["bea", "trixie"]),
    ("benjamin", &["ben", "benji"]),
    ("bethany", &["beth"]),
    ("cameron", &["cam"]),
    ("catherine", &["cat", "cath", "katie", "kate"]),
    ("charles", &["charlie", "chas"]),
    ("charlotte", &["charlie", "lottie", "lotte"]),
    ("christopher", &["chris", "kit"]),
    ("daniel", &["dan", "danny"]),
    ("david", &["dave", "davey"]),
    ("edward", &["ed", "eddie", "ted", "teddy", "ned"]),
    ("eleanor", &["ellie", "nell", "nellie"]),
    (
        "elizabeth",
        &["lizzie", "liz", "beth", "betsy", "eliza", "libby", "lily"],
    ),
    ("ella", &["ellie"]),
    ("evelyn", &["evie", "eve"]),
    ("francesca", &["fran", "frankie", "chess"]),
    ("frederick", &["fred", "freddie", "freddy"]),
    ("gabriel", &["gabe"]),
    ("george", &["georgie"]),
    ("georgina", &["georgie", "gina"]),
    ("grace", &["gracie"]),
    ("harrison", &["harry"]),
    ("henry", &["harry", "hal", "hen"]),
    ("imogen", &["immy", "imo"]),
    ("isabel", &["issy", "izzy", "bella"]),
    ("isabella", &["issy", "izzy", "bella"]),
    ("isabelle", &["issy", "izzy", "belle"]),
    ("jacob", &["jake"]),
    ("james", &["jim", "jimmy", "jamie"]),
    ("jennifer", &["jen", "jenny"]),
    ("jessica", &["jess", "jessie"]),
    ("john", &["jack", "johnny"]),
    ("jonathan", &["jon", "jonny"]),
    ("joseph", &["joe", "joey"]),
    ("joshua", &["josh"]),
    ("katherine", &["kate", "katie", "kat", "kitty"]),
    ("leonard", &["leo", "lenny"]),
    ("louis", &["lou", "lewis"]),
    ("lucas", &["luke"]),
    ("madeleine", &["maddie", "maddy"]),
    ("margaret", &["maggie", "meg", "daisy", "peggy"]),
    ("matilda", &["tilly", "tilda"]),
    ("matthew", &["matt", "matty"]),
    ("maximilian", &["max"]),
    ("michael", &["mike", "mikey", "mick"]),
    ("millicent", &["millie"]),
    ("mohammed", &["mo"]),
    ("nathaniel", &["nat", "nathan"]),
    ("nicholas", &["nick", "nicky"]),
    ("oliver", &["ollie", "olly"]),
    ("olivia", &["livvy", "liv", "livi", "livvie"]),
    ("oscar", &["ozzy", "oz"]),
    ("patrick", &["paddy", "pat"]),
    ("penelope", &["penny", "poppy"]),
    ("philippa", &["pippa", "pip"]),
    ("rebecca", &["becky", "becca", "bex"]),
    ("reginald", &["reggie"]),
    ("richard", &["rich", "ricky"]),
    ("robert", &["rob", "bob", "bobby", "robbie"]),
    ("rosemary", &["rosie"]),
    ("samantha", &["sam", "sammy"]),
    ("samuel", &["sam", "sammy"]),
    ("sebastian", &["seb", "bas"]),
    ("sophia", &["sophie"]),
    ("stephen", &["steve"]),
    ("susannah", &["susie", "sukie"]),
    ("theodore", &["theo", "teddy", "ted"]),
    ("thomas", &["tom", "tommy"]),
    ("victoria", &["vicky", "tori"]),
    ("william", &["will", "bill", "billy", "liam", "willie"]),
    ("zachary", &["zac", "zack", "zach"]),
];

/// One name in its several spellings.
const SPELLINGS: &[&[&str]] = &[
    &[
        "mohammed", "muhammad", "mohamed", "mohammad", "muhammed", "mohamad", "mohd",
    ],
    &["aaliyah", "aliyah", "aliya"],
    &["zainab", "zaynab", "zeynab"],
    &["yusuf", "yousef", "youssef", "yousuf"],
    &["ahmed", "ahmad"],
    &["hussain", "hussein", "husain"],
    &["isabelle", "isabel", "isobel", "isabell"],
    &["catherine", "katherine", "kathryn", "catharine"],
    &["sophie", "sofie"],
    &["sophia", "sofia"],
    &["jon", "john"],
    &["steven", "stephen"],
    &["zoe", "zoey"],
    &["lewis", "louis"],
    &["sara", "sarah"],
    &["hannah", "hanna"],
    &["nathaniel", "nathanael"],
];

/// The other forms of a folded forename.
pub(super) fn nicknames(forename: &str) -> Vec<&'static str> {
    let short = SHORT
        .binary_search_by_key(&forename, |(full, _)| full)
        .ok()
        .and_then(|at| SHORT.get(at))
        .map_or(&[][..], |(_, short)| short);
    let spelt = SPELLINGS
        .iter()
        .filter(|set| set.contains(&forename))
        .flat_map(|set| set.iter().copied());
    short
        .iter()
        .copied()
        .chain(spelt)
        .filter(|name| *name != forename)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_spellings_are_found_and_the_list_is_sorted() {
        assert!(SHORT.is_sorted_by_key(|(full, _)| full));
        assert!(nicknames("theodore").contains(&"teddy"));
        assert!(nicknames("muhammad").contains(&"mohammed"));
        assert!(nicknames("ada").is_empty());
    }
}
