//! The checkout form, read and checked.

use crate::{
    place::{Country, Place, Region},
    text,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Most characters in one field of the form.
pub const LONGEST_FIELD: usize = 512;
/// Most characters in the note.
pub const LONGEST_NOTE: usize = 4_000;
/// Most characters in a destination the buyer has encrypted.
const LONGEST_SEALED: usize = 12_000;

/// The checkout form as it was sent: raw, unchecked, and wiped when dropped.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub struct CheckoutForm {
    /// Recipient of the goods.
    pub recipient: String,
    /// Street and number; may have several lines.
    pub street: String,
    /// City or town.
    pub city: String,
    /// Province, state or region.
    pub province: String,
    /// Country.
    pub country: String,
    /// Postal code.
    pub postcode: String,
    /// The seller may write to the buyer: any non-empty text means yes.
    pub contact: String,
    /// The buyer's email.
    pub email: String,
    /// A word to the seller.
    pub note: String,
    /// Instead of the address fields: text the buyer has encrypted to the seller's key.
    pub sealed: String,
    /// The buyer says that the address is right although it looks wrong.
    /// Any non-empty text means yes.
    pub sure: String,
}

/// Address that the checkout form of an order must have.
#[derive(Clone, Copy, Debug)]
pub enum RequiredAddress {
    /// No address: nothing is shipped, and the address fields are not read.
    None,
    /// All of it, the country included.
    Full,
    /// One in the place that the bill was made for.
    /// The form did not ask for the country, nor for the region if the place has one: they stand in
    /// the address in English, like all of the seller's mail.
    InPlace(Place),
}

/// Buyer's details for an order: checked, and wiped when dropped.
/// They cannot be cloned: each clone would be one more copy of a buyer's words in memory.
#[derive(PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct BuyerDetails {
    /// Destination of the goods.
    pub destination: Destination,
    /// An email the seller may write to by hand; none unless the buyer agreed to it.
    /// The seller writes through an anonymous mail service.
    pub email: Option<String>,
    /// A word to the seller.
    pub note: Option<String>,
}

/// Destination of the goods, readable to us for the length of one request or not at all.
#[derive(PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// Typed into the form.
    ShipTo(ShipTo),
    /// Armored OpenPGP text the buyer encrypted to the seller's key.
    Sealed(String),
    /// No destination: nothing of the order is sent, and nobody was asked for an address.
    #[serde(rename = "nowhere")]
    NothingToShip,
}

/// Delivery address.
#[derive(PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct ShipTo {
    /// Recipient of the goods.
    pub recipient: String,
    /// Street and number, perhaps on several lines.
    pub street: String,
    /// City or town.
    pub city: String,
    /// Province, state or region; empty where the country has none and the buyer left it so.
    pub province: String,
    /// Country.
    pub country: String,
    /// Postal code; empty where the country has none and the buyer left it so.
    pub postcode: String,
}

/// Countries where the postal code stands behind the town.
const CODE_BEHIND: [&str; 14] =
    ["AU", "BD", "CA", "GB", "ID", "IE", "IN", "LV", "NZ", "PK", "SG", "TH", "US", "ZA"];

impl ShipTo {
    /// Returns the address as it stands on a parcel, line by line.
    /// The place of the postal code is the country's custom (Universal Postal Union, addressing
    /// systems); it is in front of the town where the country is not recognised.
    pub fn lines(&self) -> impl Iterator<Item = AddressLine<'_>> {
        let country = Country::named(&self.country);
        let behind = country.is_some_and(|country| CODE_BEHIND.contains(&country.code()));
        let town = AddressLine::whole(&self.city);
        let rest = if behind {
            [town.followed_by(", ", &self.province).followed_by("  ", &self.postcode), EMPTY_LINE]
        } else {
            let code = AddressLine::whole(&self.postcode);
            [code.followed_by(" ", &self.city), AddressLine::whole(&self.province)]
        };
        let street = self.recipient.lines().chain(self.street.lines()).map(AddressLine::whole);
        let lines = street.chain(rest).chain([AddressLine::whole(&self.country)]);
        lines.filter(|line| !line.is_empty())
    }

    /// Returns the bytes of all its fields.
    pub(crate) const fn len(&self) -> usize {
        let Self { recipient, street, city, province, country, postcode } = self;
        recipient.len()
            + street.len()
            + city.len()
            + province.len()
            + country.len()
            + postcode.len()
    }
}

/// A line of an address, which borrows its words: copies of them would stay in memory.
#[derive(Clone, Copy)]
pub struct AddressLine<'a> {
    /// Up to three words or groups of words, with the text between them.
    parts: [&'a str; 5],
}

const EMPTY_LINE: AddressLine<'static> = AddressLine { parts: [""; 5] };

impl<'a> AddressLine<'a> {
    const fn whole(words: &'a str) -> Self {
        Self { parts: [words, "", "", "", ""] }
    }

    fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.is_empty())
    }

    /// Returns its length in bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a line that is given out is never empty")]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// Returns what it is made of, to be written without anything between.
    #[must_use]
    pub const fn parts(&self) -> [&'a str; 5] {
        self.parts
    }

    /// Returns the line with one more part, set off by `between` if both have words.
    fn followed_by(self, between: &'a str, words: &'a str) -> Self {
        if words.is_empty() {
            return self;
        }
        let between = if self.is_empty() { "" } else { between };
        let [first, _, second, ..] = self.parts;
        let parts = if second.is_empty() {
            [first, between, words, "", ""]
        } else {
            [first, self.parts[1], second, between, words]
        };
        Self { parts }
    }
}

impl fmt::Display for AddressLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| f.write_str(part))
    }
}

/// A field of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// [`CheckoutForm::recipient`]
    Recipient,
    /// [`CheckoutForm::street`]
    Street,
    /// [`CheckoutForm::city`]
    City,
    /// [`CheckoutForm::province`]
    Province,
    /// [`CheckoutForm::country`]
    Country,
    /// [`CheckoutForm::postcode`]
    Postcode,
    /// [`CheckoutForm::email`]
    Email,
    /// [`CheckoutForm::note`]
    Note,
    /// [`CheckoutForm::sealed`]
    Sealed,
}

impl Field {
    /// Returns its name in the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Street => "street",
            Self::City => "city",
            Self::Province => "province",
            Self::Country => "country",
            Self::Postcode => "postcode",
            Self::Email => "email",
            Self::Note => "note",
            Self::Sealed => "sealed",
        }
    }
}

/// Error of a field. The page has the words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// A blank field that must not be blank.
    Missing,
    /// More characters than this.
    TooLong(usize),
    /// The buyer wants to be written to, and left no email.
    NoEmail,
    /// Text that is no email.
    NotAnEmail,
    /// Text that is no armored OpenPGP message.
    NotArmored,
    /// A message encrypted to others than the seller, or with a passphrase alone.
    NotForSeller,
    /// The address stands in the form too.
    GivenTwice,
    /// A doubt: no country has this name.
    UnknownCountry {
        /// The one whose name is nearest, if one is.
        meant: Option<Country>,
    },
    /// A doubt: postal codes of this country look otherwise.
    PostcodeShape {
        /// The country.
        country: Country,
        /// One of its postal codes.
        example: &'static str,
    },
    /// A doubt: the postal code is that of another region.
    PostcodeElsewhere {
        /// The region the buyer named.
        region: Region,
    },
}

/// Everything that is wrong with a form, in the order it was found.
/// It never repeats what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(pub Vec<(Field, FieldError)>);

impl BuyerDetails {
    /// Returns the bytes of all the buyer wrote.
    pub(crate) fn len(&self) -> usize {
        let destination = match &self.destination {
            Destination::ShipTo(to) => to.len(),
            Destination::Sealed(armored) => armored.len(),
            Destination::NothingToShip => 0,
        };
        let words = [&self.email, &self.note].into_iter().flatten();
        words.map(String::len).sum::<usize>() + destination
    }

    /// Returns the most lines of all the buyer wrote.
    pub(crate) fn line_ends(&self) -> usize {
        let ends = |text: &str| text.matches('\n').count();
        let street = match &self.destination {
            Destination::ShipTo(to) => ends(&to.street),
            Destination::Sealed(_) | Destination::NothingToShip => 0,
        };
        street + self.note.as_deref().map_or(0, ends)
    }

    /// Checks the form. All missing fields are named at once.
    ///
    /// # Errors
    /// [`FormErrors`]: each field that is wrong, and what is wrong with it.
    pub fn from_fields(
        fields: &CheckoutForm,
        address: RequiredAddress,
    ) -> Result<Self, FormErrors> {
        let mut errors = FormErrors::default();
        let email = errors.email(fields);
        let note = Some(errors.short(Field::Note, text::block(&fields.note), LONGEST_NOTE))
            .filter(|note| !note.is_empty());
        let is_sealed = !fields.sealed.trim().is_empty();
        let destination = match address {
            RequiredAddress::None => Destination::NothingToShip,
            _ if is_sealed => Destination::Sealed(errors.sealed(fields)),
            RequiredAddress::Full => Destination::ShipTo(errors.ship_to(fields, None)),
            RequiredAddress::InPlace(place) => {
                Destination::ShipTo(errors.ship_to(fields, Some(place)))
            }
        };
        if errors.0.is_empty() { Ok(Self { destination, email, note }) } else { Err(errors) }
    }
}

impl FormErrors {
    fn add(&mut self, field: Field, error: FieldError) {
        self.0.push((field, error));
    }

    /// Reads the delivery address. Country and region are those of `place`, if there is one.
    /// Not every country has provinces or postal codes. A country that is not recognised is
    /// believed to have neither: better an address that lacks a line than a buyer who has to
    /// invent one.
    fn ship_to(&mut self, fields: &CheckoutForm, place: Option<Place>) -> ShipTo {
        let country_name = place.map_or(&*fields.country, |place| place.country().name("en"));
        let region = place.and_then(Place::region);
        let province_name = region.map_or(&*fields.province, |region| region.name("en"));
        let country = Country::named(country_name);
        let province = country.is_some_and(Country::needs_province);
        let postcode = country.is_some_and(Country::needs_postcode);
        let to = ShipTo {
            recipient: self.needed(Field::Recipient, text::line(&fields.recipient)),
            street: self.needed(Field::Street, text::block(&fields.street)),
            city: self.needed(Field::City, text::line(&fields.city)),
            province: self.needed_if(province, Field::Province, text::line(province_name)),
            country: self.needed(Field::Country, text::line(country_name)),
            postcode: self.needed_if(postcode, Field::Postcode, text::line(&fields.postcode)),
        };
        // A blank country is missing, and no code can be doubted before it is known.
        if fields.sure.trim().is_empty() && !to.country.is_empty() {
            self.doubt(&to);
        }
        to
    }

    fn email(&mut self, fields: &CheckoutForm) -> Option<String> {
        // Without consent it is not kept, so it need not be right either.
        if fields.contact.trim().is_empty() {
            return None;
        }
        let email = self.short(Field::Email, text::line(&fields.email), 254);
        if email.is_empty() {
            self.add(Field::Email, FieldError::NoEmail);
            return None;
        }
        // Not a grammar of addresses: only what could break a mail header or a typed command.
        let plain = !email.contains(|c: char| c.is_whitespace() || "<>()[],;:\"\\".contains(c));
        let halves = email.split('@').collect::<Vec<_>>();
        if !(plain && halves.len() == 2 && halves.iter().all(|half| !half.is_empty())) {
            self.add(Field::Email, FieldError::NotAnEmail);
        }
        Some(email)
    }

    fn sealed(&mut self, fields: &CheckoutForm) -> String {
        let sealed = text::block(&fields.sealed);
        let armored = armored(&sealed).filter(|armored| armored.len() <= LONGEST_SEALED);
        if armored.is_none() {
            self.add(Field::Sealed, FieldError::NotArmored);
        }
        let typed = [&fields.recipient, &fields.street, &fields.city, &fields.postcode];
        if typed.iter().any(|field| !field.trim().is_empty()) {
            self.add(Field::Sealed, FieldError::GivenTwice);
        }
        armored.unwrap_or_default()
    }

    fn needed(&mut self, field: Field, value: String) -> String {
        self.needed_if(true, field, value)
    }

    fn needed_if(&mut self, needed: bool, field: Field, value: String) -> String {
        if needed && value.is_empty() {
            self.add(field, FieldError::Missing);
        }
        self.short(field, value, LONGEST_FIELD)
    }

    fn short(&mut self, field: Field, value: String, longest: usize) -> String {
        if value.chars().count() > longest {
            self.add(field, FieldError::TooLong(longest));
        }
        value
    }
}

/// Returns one armored message (RFC 9580, 6.2), without headers.
/// They say which program made it. The seller reads the message in the middle of a letter of ours,
/// which a buyer must not be able to go on writing.
fn armored(text: &str) -> Option<String> {
    const BEGIN: &str = "-----BEGIN PGP MESSAGE-----";
    const END: &str = "-----END PGP MESSAGE-----";
    let (_, body) = text.strip_prefix(BEGIN)?.strip_suffix(END)?.split_once("\n\n")?;
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=\n".contains(&b);
    let body = body.strip_suffix('\n').filter(|body| body.bytes().all(base64))?;
    Some(format!("{BEGIN}\n\n{body}\n{END}"))
}

crate::closed_debug!(CheckoutForm, BuyerDetails, Destination, ShipTo);
