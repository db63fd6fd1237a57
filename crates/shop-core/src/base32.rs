//! Crockford's base32 (<https://www.crockford.com/base32.html>): no I, L, O or U, any case.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the character for the low five bits of `value`.
pub(crate) fn digit(value: u8) -> char {
    ALPHABET.get(usize::from(value & 31)).copied().map_or('0', char::from)
}

/// Returns the value of a character, reading I and L as 1 and O as 0.
pub(crate) fn value(digit: char) -> Option<u8> {
    let digit = match digit.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.iter().position(|&c| char::from(c) == digit).and_then(|i| u8::try_from(i).ok())
}
