//! Laws that hold for whatever is written.

use proptest::prelude::{Just, any, prop_oneof, proptest};
use proptest::strategy::Strategy;

use crate::detect::tests::read;
use crate::extract::content::Place;

const LETTER: &str = "Amelia Thornton, UPN B801200005001, has an EHCP. NHS number 943 476 5919.";

fn invisible() -> impl Strategy<Value = char> {
    prop_oneof![
        Just('\u{200b}'),
        Just('\u{200d}'),
        Just('\u{feff}'),
        Just('\u{ad}'),
        Just('\u{2060}')
    ]
}

proptest! {
    #[test]
    fn an_invisible_character_changes_nothing(at in 0..LETTER.len(), hidden in invisible()) {
        let mut text = LETTER.to_owned();
        text.insert(at, hidden);
        assert_eq!(read(&[(Place::Body, &text)]), read(&[(Place::Body, LETTER)]));
    }

    #[test]
    fn the_order_of_parts_changes_nothing(first in 0_usize..3) {
        let parts = [
            (Place::Body, "Amelia Thornton is coming."),
            (Place::Attachment, "UPN B801200005001"),
            (Place::Attachment, "Oliver Hargreaves (6T) has an EHCP."),
        ];
        let mut turned = parts;
        turned.rotate_left(first);
        let (a, b) = (read(&parts), read(&turned));
        assert_eq!((a.level, a.pupils, a.on_roll), (b.level, b.pupils, b.on_roll));
        assert_eq!(a.items.len(), b.items.len());
    }

    #[test]
    fn whatever_is_written_is_read(text in any::<String>(), more in any::<String>()) {
        read(&[(Place::Subject, &text), (Place::Body, &more), (Place::FileName, &text)]);
    }
}
