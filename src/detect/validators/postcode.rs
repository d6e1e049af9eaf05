//! UK postcode (GOV.UK bulk data transfer, BS 7666): shape and one of the 124 postcode areas.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const POSTCODE: Validator = Validator {
    name: "postcode",
    about: "UK postcode: outward code of a postcode area, inward code of a digit and two letters",
    check,
    worked: &[
        ("SW1A 1AA", Validity::Right),
        ("m1 1ae", Validity::Right),
        ("CR2 6XH", Validity::Right),
        ("NE661AA", Validity::Right),
        ("BFPO 57", Validity::Right),
        ("QX1 1AA", Validity::Wrong),
        ("AA1 1AA", Validity::Wrong),
        ("SW1A 1A", Validity::Wrong),
    ],
};

/// The postcode areas, a space before and after each.
const AREAS: &str = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY \
E EC EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG \
NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB \
W WA WC WD WF WN WR WS WV YO ZE GY JE IM BFPO GIR ";

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let area = value.get(..letters)?;
    let inward = value.get(value.len().checked_sub(3)?..)?.as_bytes();
    let whole = area == "BFPO"
        || (matches!(value.len(), 5..=7)
            && matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic()));
    let right = whole && !area.is_empty() && AREAS.contains(&format!(" {area} "));
    right.then_some(Checked {
        value,
        validity: Validity::Right,
    })
}
