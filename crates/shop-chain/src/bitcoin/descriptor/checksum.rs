//! Checksum of a descriptor (BIP 380).

/// Characters of a descriptor, in groups of 32 that mistakes seldom leave.
const INPUT: &str = "0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~\
                     ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";
/// Characters of a checksum.
const OUTPUT: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Numbers of the code, one for each of the highest five bits.
const GENERATOR: [u64; 5] =
    [0xf5_dee5_1989, 0xa9_fdca_3312, 0x1b_ab10_e32d, 0x37_06b1_677a, 0x64_4d62_6ffd];
/// Characters of a checksum, in all.
const LENGTH: u32 = 8;

/// Returns true if a checksum is that of a descriptor.
pub(super) fn is_right(descriptor: &str, checksum: &str) -> bool {
    make(descriptor).is_some_and(|made| made == checksum)
}

/// Returns a descriptor's checksum; none if it holds a character that none has.
pub(super) fn make(descriptor: &str) -> Option<String> {
    let mut sum = 1;
    let mut groups = 0;
    let mut in_group = 0;
    for character in descriptor.chars() {
        let place = INPUT.find(character)? as u64;
        sum = step(sum, place % 32);
        groups = groups * 3 + place / 32;
        in_group += 1;
        if in_group == 3 {
            sum = step(sum, groups);
            groups = 0;
            in_group = 0;
        }
    }
    if in_group > 0 {
        sum = step(sum, groups);
    }
    for _ in 0..LENGTH {
        sum = step(sum, 0);
    }
    sum ^= 1;
    let digit = |place: u32| {
        let five = (sum >> (5 * (LENGTH - 1 - place))) % 32;
        OUTPUT.get(usize::try_from(five).ok()?).map(|digit| char::from(*digit))
    };
    (0..LENGTH).map(digit).collect()
}

/// Adds five bits to the sum.
fn step(sum: u64, value: u64) -> u64 {
    let top = sum >> 35;
    let shifted = (sum % (1 << 35)) << 5 ^ value;
    let chosen = (0..).zip(GENERATOR).filter(|(bit, _)| top >> bit & 1 == 1);
    chosen.fold(shifted, |sum, (_, number)| sum ^ number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of BIP 380.
    #[test]
    fn checksum_is_that_of_the_vector() {
        assert_eq!(make("raw(deadbeef)").as_deref(), Some("89f8spxm"));
        assert!(is_right("raw(deadbeef)", "89f8spxm"));
        for (descriptor, checksum) in [
            ("raw(deadbeef)", "89f8spx"),
            ("raw(deedbeef)", "89f8spxm"),
            ("raw(deadbeef)", "##9f8spxm"),
            ("raw(Ü)", "00000000"),
        ] {
            assert!(!is_right(descriptor, checksum), "{descriptor}");
        }
    }
}
