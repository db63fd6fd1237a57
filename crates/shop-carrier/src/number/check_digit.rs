//! Check digit of postal bar codes: modulo 10, weights 3 and 1 from the right.

/// Returns true if the last digit is the check digit of those before it.
pub(super) fn is_mod10(digits: &str) -> bool {
    is_mod10_behind("", digits)
}

/// Returns true if the last digit is the check digit of `prefix` and the digits before it.
pub(super) fn is_mod10_behind(prefix: &str, digits: &str) -> bool {
    let values = prefix.bytes().chain(digits.bytes()).rev().map(|digit| digit.wrapping_sub(b'0'));
    let weighed = values.enumerate().map(|(place, value)| {
        let weight = if place % 2 == 0 { 1 } else { 3 };
        u32::from(value) * weight
    });
    // The check digit itself has weight 1, and completes the sum to a multiple of ten.
    !digits.is_empty() && weighed.sum::<u32>() % 10 == 0
}
