//! Words of events, read without regard to case and accents, in English and French.

/// Returns the words in lower case, without accents, with single blanks.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(plain) => folded.push_str(plain),
            // A combining accent.
            None if ('\u{300}'..='\u{36f}').contains(&c) => {}
            None if c.is_alphanumeric() => folded.push(c),
            None if !folded.ends_with(' ') => folded.push(' '),
            None => {}
        }
    }
    folded.trim().to_owned()
}

/// Returns a letter of French without its accent.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'â' | 'ä' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' => "i",
        'ô' | 'ö' => "o",
        'ù' | 'û' | 'ü' => "u",
        'ÿ' => "y",
        'œ' => "oe",
        'æ' => "ae",
        _ => return None,
    })
}

/// People who sent the parcel, as events call them.
const SENDERS: [&str; 4] = ["sender", "shipper", "expediteur", "mailer"];
/// Words that say, with one of [`SENDERS`], that the parcel goes back or is back.
const BACK: [&str; 8] =
    ["return", "renvoy", "retour", "delivered", "livre", "remis", "sent back", "back to"];
/// Words that say so alone.
const BACK_ALONE: [&str; 6] = [
    "being returned",
    "return to origin",
    "rts",
    "en cours de retour",
    "retour a l origine",
    "returned mail",
];

/// Returns true if folded words say that the parcel goes back to its sender, or is there.
pub(crate) fn says_returned(folded: &str) -> bool {
    let is_about_sender = SENDERS.iter().any(|sender| folded.contains(sender));
    let goes_back = BACK.iter().any(|word| folded.contains(word));
    let padded = format!(" {folded} ");
    let says_alone = BACK_ALONE.iter().any(|phrase| padded.contains(&format!(" {phrase} ")));
    (is_about_sender && goes_back) || says_alone
}

/// Words that say what comes if something else does not.
const CONDITIONS: [&str; 5] =
    ["if not ", "si on ne", "sera retourne", "sera renvoye", "will be return"];

/// Returns true if folded words say what will happen, and not what has.
pub(crate) fn is_conditional(folded: &str) -> bool {
    CONDITIONS.iter().any(|word| folded.contains(word))
}

/// Words of an event that only says that data came in: no parcel was seen.
const DATA_ONLY: [&str; 6] = [
    "electronic information",
    "information electronique",
    "shipping label created",
    "label created",
    "pre shipment",
    "awaiting item",
];

/// Returns true if folded words say that the carrier knows of a parcel it has not seen.
pub(crate) fn says_data_only(folded: &str) -> bool {
    DATA_ONLY.iter().any(|phrase| folded.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_to_sender_is_read_in_both_languages() {
        for text in [
            "Item successfully returned to sender",
            "Envoi renvoyé avec succès à l'expéditeur",
            "ENVOI RENVOYE AVEC SUCCES A L’EXPEDITEUR",
            "Article en cours de retour a\u{300} l'expe\u{301}diteur",
            "Delivered, To Original Sender",
            "Livré à l'expéditeur",
            "Item being returned. Incomplete address",
            "Return to Sender Processed",
        ] {
            assert!(says_returned(&fold(text)), "{text}");
        }
    }

    #[test]
    fn other_words_are_no_return() {
        for text in [
            "Item delivered",
            "Delivered, Front Door/Porch",
            "Article livré à la porte",
            "Item out for delivery",
            "Electronic information submitted by shipper",
            "Courts and ports",
        ] {
            assert!(!says_returned(&fold(text)), "{text}");
        }
    }
}
