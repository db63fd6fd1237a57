//! The check characters of an order code: a Reed-Solomon code over the 32 characters.

use super::LENGTH;
use crate::base32;

/// Computes the two check values of a code.
/// They are the remainder of its values, taken as a polynomial over GF(32), by (x + 1)(x + 2).
///
/// All 28 values together are a word of the Reed-Solomon code with distance 3 (shortened from 31), so
/// any two wrong characters are noticed, and any two that are exchanged.
pub(super) fn of(values: &[u8; LENGTH]) -> [u8; 2] {
    let mut rest = [0, 0];
    for value in values {
        let [high, low] = rest;
        let carried = value ^ high;
        rest = [low ^ doubled(carried) ^ carried, doubled(carried)];
    }
    rest
}

/// Doubles an element of GF(32), modulo the primitive polynomial x^5 + x^2 + 1.
const fn doubled(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// Crockford's check symbols: what remains of the number after division by 37.
const FORMER: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/// Says if this is the check character that earlier builds gave a code.
pub(super) fn is_former(values: &[u8; LENGTH], typed: char) -> bool {
    let wanted = former(values);
    typed.eq_ignore_ascii_case(&wanted)
        || (wanted.is_ascii_alphanumeric()
            && base32::value(typed).is_some_and(|value| base32::digit(value) == wanted))
}

pub(super) fn former(values: &[u8; LENGTH]) -> char {
    let rest = values.iter().fold(0u32, |sum, value| (sum * 32 + u32::from(*value)) % 37);
    FORMER.get(rest as usize).copied().map_or('0', char::from)
}
