//! The checkout form, read and checked.

use crate::text;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Most characters in one field of the form.
pub const LONGEST_FIELD: usize = 512;
/// Most characters in the note.
pub const LONGEST_NOTE: usize = 4_000;
/// Most characters in a destination the buyer has encrypted.
const LONGEST_SEALED: usize = 12_000;

/// The checkout form as it was sent: raw, unchecked, and wiped when dropped.
#[derive(Clone, Default, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Fields {
    /// Who receives the goods.
    #[serde(default)]
    pub recipient: String,
    /// Street and number; may have several lines.
    #[serde(default)]
    pub street: String,
    /// City or town.
    #[serde(default)]
    pub city: String,
    /// Province, state or region.
    #[serde(default)]
    pub province: String,
    /// Country.
    #[serde(default)]
    pub country: String,
    /// Postal code.
    #[serde(default)]
    pub postcode: String,
    /// The seller may write to the buyer: any non-empty text means yes.
    #[serde(default)]
    pub contact: String,
    /// The buyer's email.
    #[serde(default)]
    pub email: String,
    /// A word to the seller.
    #[serde(default)]
    pub note: String,
    /// Instead of the address fields: text the buyer has encrypted to the seller's key.
    #[serde(default)]
    pub sealed: String,
}

/// What the buyer ordered it for: checked, and wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Draft {
    /// Where the goods go.
    pub destination: Destination,
    /// Where the seller may write to, by hand, through an anonymous mail service.
    pub email: Option<String>,
    /// A word to the seller.
    pub note: Option<String>,
}

/// Where the goods go, readable to us for the length of one request or not at all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// Typed into the form.
    ShipTo(ShipTo),
    /// Armored OpenPGP text the buyer encrypted to the seller's key.
    Sealed(String),
}

/// Where the goods go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct ShipTo {
    /// Who receives the goods.
    pub recipient: String,
    /// Street and number, perhaps on several lines.
    pub street: String,
    /// City or town.
    pub city: String,
    /// Province, state or region.
    pub province: String,
    /// Country.
    pub country: String,
    /// Postal code.
    pub postcode: String,
}

/// What is wrong with a form, for its page: sentences for the top, and one for each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    /// Sentences for the top of the form. They never repeat what was typed.
    pub summary: Vec<String>,
    /// Field name and sentence.
    pub fields: Vec<(&'static str, String)>,
}

impl Draft {
    /// Checks the form. All missing fields are named at once.
    ///
    /// # Errors
    /// [`FormErrors`], in the words the buyer reads.
    pub fn from_fields(fields: &Fields) -> Result<Self, FormErrors> {
        let mut errors = FormErrors::default();
        let email = errors.email(fields);
        let note = Some(errors.short("note", text::block(&fields.note), LONGEST_NOTE))
            .filter(|note| !note.is_empty());
        let destination = if fields.sealed.trim().is_empty() {
            Destination::ShipTo(errors.ship_to(fields))
        } else {
            Destination::Sealed(errors.sealed(fields))
        };
        if errors.fields.is_empty() { Ok(Self { destination, email, note }) } else { Err(errors) }
    }
}

impl FormErrors {
    fn add(&mut self, field: &'static str, sentence: &str) {
        self.summary.push(sentence.to_owned());
        self.fields.push((field, sentence.to_owned()));
    }

    fn ship_to(&mut self, fields: &Fields) -> ShipTo {
        let ship_to = ShipTo {
            recipient: self.short("recipient", text::line(&fields.recipient), LONGEST_FIELD),
            street: self.short("street", text::block(&fields.street), LONGEST_FIELD),
            city: self.short("city", text::line(&fields.city), LONGEST_FIELD),
            province: self.short("province", text::line(&fields.province), LONGEST_FIELD),
            country: self.short("country", text::line(&fields.country), LONGEST_FIELD),
            postcode: self.short("postcode", text::line(&fields.postcode), LONGEST_FIELD),
        };
        let named = [
            ("recipient", "recipient", &ship_to.recipient),
            ("street", "street", &ship_to.street),
            ("city", "city", &ship_to.city),
            ("province", "province", &ship_to.province),
            ("country", "country", &ship_to.country),
            ("postcode", "postal code", &ship_to.postcode),
        ];
        let missing: Vec<_> = named.iter().filter(|(_, _, value)| value.is_empty()).collect();
        if !missing.is_empty() {
            let words: Vec<_> = missing.iter().map(|(_, word, _)| *word).collect();
            self.summary.push(format!("Please fill in: {}.", words.join(", ")));
            for (field, word, _) in missing {
                self.fields.push((field, format!("Please fill in the {word}.")));
            }
        }
        ship_to
    }

    fn email(&mut self, fields: &Fields) -> Option<String> {
        let email = self.short("email", text::line(&fields.email), 254);
        let wants_contact = !fields.contact.trim().is_empty();
        if email.is_empty() {
            if wants_contact {
                self.add("email", "You asked to be written to: please give an email, or untick.");
            }
            return None;
        }
        // Not a grammar of addresses: only what could break a mail header or a typed command.
        let plain = !email.contains(|c: char| c.is_whitespace() || "<>()[],;:\"\\".contains(c));
        let halves = email.split('@').collect::<Vec<_>>();
        if !(plain && halves.len() == 2 && halves.iter().all(|half| !half.is_empty())) {
            self.add("email", "This does not look like an email: name@example.org.");
        }
        Some(email)
    }

    fn sealed(&mut self, fields: &Fields) -> String {
        let sealed = text::block(&fields.sealed);
        let armored = sealed.starts_with("-----BEGIN PGP MESSAGE-----")
            && sealed.ends_with("-----END PGP MESSAGE-----")
            && sealed.is_ascii();
        if !armored || sealed.len() > LONGEST_SEALED {
            self.add(
                "sealed",
                "This is not an encrypted message. Paste the whole PGP MESSAGE block, or leave \
                 the box empty and fill in the address.",
            );
        }
        let typed = [&fields.recipient, &fields.street, &fields.city, &fields.postcode];
        if typed.iter().any(|field| !field.trim().is_empty()) {
            self.add("sealed", "Give the address either encrypted or in the form, not both.");
        }
        sealed
    }

    fn short(&mut self, field: &'static str, value: String, longest: usize) -> String {
        if value.chars().count() > longest {
            self.add(field, &format!("This is longer than {longest} characters."));
        }
        value
    }
}

/// Never the contents.
macro_rules! closed_debug {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
closed_debug!(Fields, Draft, Destination, ShipTo);
