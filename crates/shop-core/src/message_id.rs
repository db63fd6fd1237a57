//! Message-IDs of mails to the seller.

use crate::{
    base32,
    entropy::{self, Entropy},
};

/// Returns a random Message-ID, with its angle brackets.
///
/// It says nothing of the mail. Whoever queues a mail draws it, so that the mail is recognised in the
/// mailbox although it was sealed another time.
#[must_use]
pub fn random(entropy: &dyn Entropy) -> String {
    let bytes = entropy::bytes::<32>(entropy);
    let word: String = bytes.iter().map(|byte| base32::digit(*byte).to_ascii_lowercase()).collect();
    format!("<{word}@localhost>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Seeded;

    #[test]
    fn message_id_is_one_random_word_at_localhost() {
        let source = Seeded::new(1);
        let id = random(&source);
        let word = id.strip_prefix('<').and_then(|rest| rest.strip_suffix("@localhost>")).unwrap();
        assert_eq!(word.len(), 32);
        assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{word}");
        assert_ne!(random(&source), id);
    }
}
