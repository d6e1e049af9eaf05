//! How text is painted: its colour, what is behind it, its size; and whether anybody can see it.
//!
//! What is not known, such as a picture behind a text, hides nothing.

/// Red, green and blue.
pub(super) type Colour = [u8; 3];

/// What is behind a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// One colour.
    Plain(Colour),
    /// Anything else.
    Other,
}

/// What is said of a text; `None` is what stands around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ink {
    /// Its colour.
    pub(super) colour: Option<Colour>,
    /// What is behind it.
    pub(super) ground: Option<Paint>,
    /// Its size in half points.
    pub(super) size: Option<u32>,
    /// Whether it is marked as hidden.
    pub(super) hidden: Option<bool>,
}

const WHITE: Colour = [255; 3];

/// Text is not seen when it is smaller than this, in half points.
const SMALLEST: u32 = 3;

impl Ink {
    /// The same, with what it does not say as `around` says it.
    pub(super) fn within(self, around: Self) -> Self {
        Self {
            colour: self.colour.or(around.colour),
            ground: self.ground.or(around.ground),
            size: self.size.or(around.size),
            hidden: self.hidden.or(around.hidden),
        }
    }

    /// Whether a text painted so is not seen; paper is white.
    pub(super) fn is_unseen(self) -> bool {
        let ground = self.ground.unwrap_or(Paint::Plain(WHITE));
        let is_lost = self.colour.is_some_and(
            |colour| matches!(ground, Paint::Plain(ground) if is_near(colour, ground)),
        );
        self.hidden == Some(true) || is_lost || self.size.is_some_and(|size| size < SMALLEST)
    }
}

fn is_near(one: Colour, other: Colour) -> bool {
    one.iter()
        .zip(&other)
        .all(|(one, other)| one.abs_diff(*other) <= 8)
}

/// A colour as six digits, perhaps after a hash or the two digits of how opaque it is.
pub(super) fn colour(digits: &str) -> Option<Colour> {
    let digits = digits.trim_start_matches('#');
    let digits = if digits.len() == 8 {
        digits.get(2..)?
    } else {
        digits
    };
    if digits.len() != 6 {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_the_colour_behind_it_is_not_seen() {
        let (white, black, dark) = (colour("FFFFFF"), colour("#000000"), colour("FF1F3864"));
        for (colour, ground, is_unseen) in [
            (white, None, true),
            (black, None, false),
            (None, None, false),
            (white, dark.map(Paint::Plain), false),
            (dark, dark.map(Paint::Plain), true),
            (white, Some(Paint::Other), false),
        ] {
            let ink = Ink {
                colour,
                ground,
                ..Ink::default()
            };
            assert_eq!(ink.is_unseen(), is_unseen, "{ink:?}");
        }
    }

    #[test]
    fn what_is_closer_wins() {
        let tiny = Ink {
            size: Some(2),
            ..Ink::default()
        };
        let large = Ink {
            size: Some(24),
            ..Ink::default()
        };
        assert!(tiny.within(large).is_unseen());
        assert!(!large.within(tiny).is_unseen());
    }
}
