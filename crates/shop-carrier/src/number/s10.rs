//! S10 numbers of the Universal Postal Union: `RB123456785GB`.

use super::NumberError;
use shop_core::place::Country;

/// Signs of an S10 number.
pub(super) const LENGTH: usize = 13;

const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];

/// Checks form, check digit and country of a text of [`LENGTH`] capital letters and digits.
pub(super) fn check(text: &str) -> Result<(), NumberError> {
    let parts = (text.get(..2), text.get(2..10), text.get(10..11), text.get(11..));
    let (Some(service), Some(serial), Some(check), Some(country)) = parts else {
        return Err(NumberError::CheckDigit);
    };
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_formed = is_letters(service) && is_letters(country) && super::is_digits(serial);
    if !is_formed || check.parse() != Ok(check_digit(serial)) {
        return Err(NumberError::CheckDigit);
    }
    Country::parse(country).map(|_| ()).ok_or(NumberError::Country)
}

/// Returns the check digit of eight digits.
fn check_digit(serial: &str) -> u32 {
    let weighed = serial.bytes().zip(WEIGHTS);
    let sum: u32 =
        weighed.map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    }
}
