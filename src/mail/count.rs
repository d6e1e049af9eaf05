//! A number with its noun, as people say it.

use std::fmt::Display;

/// "1 message", "3 messages", "0 messages".
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(
    number: N,
    one: &str,
    many: &str,
) -> String {
    let noun = if number == N::from(1) { one } else { many };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_everything_else_plural() {
        for (number, words) in [(0_u32, "0 entries"), (1, "1 entry"), (11, "11 entries")] {
            assert_eq!(counted(number, "entry", "entries"), words);
        }
    }
}
