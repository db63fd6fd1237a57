//! Escrow at the checkout: the choice, its fields, and what is wrong with them.

use super::fields::{FieldView, SummaryLine};
use crate::{
    escrow::{EscrowChoice, EscrowDesk, EscrowRules},
    language::{Reader, Sentence},
    page::view,
    pages::{Form, escrow::words},
    payments::{Payments, RefundToError},
};
use shop_core::{
    escrow::{Account, Hash},
    money::AssetId,
};
use std::borrow::Cow;

view! {
    /// Choice of escrow, where it is offered for the bill.
    pub(super) struct EscrowPart<'a> {
        /// Name of the currency.
        asset: Cow<'static, str>,
        /// Sentences that say how it works.
        what: String,
        /// Sentences that say what it costs, and how long money is held.
        terms: Vec<String>,
        /// True if escrow is chosen.
        chosen: bool,
        /// Address for refunds.
        refund: FieldView<'a>,
        /// Way to pay the seller before time: `none`, `secret` or `wallet`.
        release: Cow<'static, str>,
        /// Hash of the release secret.
        hash: FieldView<'a>,
        /// Address of the wallet key.
        key: FieldView<'a>,
    }
}

/// Fields about escrow as they were sent.
#[derive(Default)]
pub(super) struct EscrowForm {
    is_chosen: bool,
    release: Release,
    refund: String,
    hash: String,
    key: String,
}

/// Way to pay the seller before time.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Release {
    #[default]
    None,
    Secret,
    Wallet,
}

/// Field about escrow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EscrowField {
    /// The choice itself.
    Pay,
    /// Address for refunds.
    Refund,
    /// Hash of the release secret.
    Hash,
    /// Address of the wallet key.
    Key,
}

/// A field about escrow that is wrong.
pub(super) struct EscrowError {
    field: EscrowField,
    why: Sentence,
}

/// SHA-256 of nothing, and of a line end: hashes that come of a variable that is not set.
const OF_NOTHING: [&str; 2] = [
    "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "0x01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
];

impl EscrowField {
    /// Returns the id of its element.
    const fn name(self) -> &'static str {
        match self {
            Self::Pay => "pay-escrow",
            Self::Refund => "escrow-refund",
            Self::Hash => "release-hash",
            Self::Key => "buyer-key",
        }
    }

    fn label(self, asset: AssetId) -> Sentence {
        match self {
            Self::Pay => Sentence::new("escrow-into"),
            Self::Refund => Sentence::new("escrow-refund-label").with("asset", asset.name()),
            Self::Hash => Sentence::new("escrow-secret-label"),
            Self::Key => Sentence::new("escrow-wallet-label"),
        }
    }
}

impl EscrowError {
    const fn new(field: EscrowField, why: Sentence) -> Self {
        Self { field, why }
    }

    /// Returns the error of a choice that is not offered any more.
    pub(super) const fn gone() -> Self {
        Self::new(EscrowField::Pay, Sentence::new("escrow-gone"))
    }

    /// Returns the error of an order whose destination the shop cannot read.
    pub(super) const fn no_destination() -> Self {
        Self::new(EscrowField::Pay, Sentence::new("escrow-sealed"))
    }

    /// Says what is wrong, with a link to the field.
    pub(super) fn line(&self, reader: Reader, asset: AssetId) -> SummaryLine {
        let said = Sentence::new("labelled").with("label", reader.say(&self.field.label(asset)));
        let text = reader.say(&said.with("value", reader.say(&self.why)));
        SummaryLine { text, to: Some(Cow::Borrowed(self.field.name())) }
    }
}

impl EscrowForm {
    /// Takes the fields out of a form.
    pub(super) fn take(form: &mut Form) -> Self {
        let release = match form.text("release") {
            "secret" => Release::Secret,
            "wallet" => Release::Wallet,
            _ => Release::None,
        };
        Self {
            is_chosen: form.text("pay") == "escrow",
            release,
            refund: form.take("escrow-refund"),
            hash: form.take("release-hash"),
            key: form.take("buyer-key"),
        }
    }

    /// Returns true if escrow is chosen.
    pub(super) const fn is_chosen(&self) -> bool {
        self.is_chosen
    }

    /// Returns the errors of addresses that are not the buyer's own.
    pub(super) fn not_buyers(&self) -> Vec<EscrowError> {
        let key = (self.release == Release::Wallet).then_some(EscrowField::Key);
        let fields = [Some(EscrowField::Refund), key].into_iter().flatten();
        let ours = Sentence::new("escrow-address-ours");
        fields.map(|field| EscrowError::new(field, ours.clone())).collect()
    }

    /// Checks the fields. What is not chosen is not looked at.
    pub(super) fn check(
        &self,
        desk: &dyn EscrowDesk,
        payments: &dyn Payments,
        asset: AssetId,
    ) -> Result<EscrowChoice, Vec<EscrowError>> {
        let refund = self.refund.trim();
        let refund_to = match refund.is_empty() {
            true => Err(EscrowError::new(EscrowField::Refund, Sentence::new("field-missing"))),
            false => payments
                .refund_to(asset, refund)
                .map_err(|error| EscrowError::new(EscrowField::Refund, address(error, asset))),
        };
        let hash = match self.release {
            Release::Secret => self.hash().map(Some),
            Release::None | Release::Wallet => Ok(None),
        };
        let key = match self.release {
            Release::Wallet => self.key(desk, asset).map(Some),
            Release::None | Release::Secret => Ok(None),
        };
        match (refund_to, hash, key) {
            (Ok(refund_to), Ok(release_hash), Ok(buyer_key)) => {
                Ok(EscrowChoice { refund_to, release_hash, buyer_key })
            }
            (refund_to, hash, key) => {
                Err(refund_to.err().into_iter().chain(hash.err()).chain(key.err()).collect())
            }
        }
    }

    /// Reads the hash of the release secret, also with the dash that `sha256sum` prints.
    fn hash(&self) -> Result<Hash, EscrowError> {
        let wrong = |why| EscrowError::new(EscrowField::Hash, why);
        let typed = self.hash.trim();
        if typed.is_empty() {
            return Err(wrong(Sentence::new("field-missing")));
        }
        let digits = typed.strip_suffix('-').map_or(typed, str::trim_end);
        let spelled = format!("0x{}", digits.strip_prefix("0x").unwrap_or(digits));
        let hash = Hash::parse(&spelled).ok().filter(|hash| hash.0 != [0; 32]);
        let hash = hash.ok_or_else(|| wrong(Sentence::new("escrow-not-a-hash")))?;
        if OF_NOTHING.contains(&hash.to_string().as_str()) {
            return Err(wrong(Sentence::new("escrow-hash-of-nothing")));
        }
        Ok(hash)
    }

    fn key(&self, desk: &dyn EscrowDesk, asset: AssetId) -> Result<Account, EscrowError> {
        let typed = self.key.trim();
        let wrong = |why| EscrowError::new(EscrowField::Key, why);
        if typed.is_empty() {
            return Err(wrong(Sentence::new("field-missing")));
        }
        desk.buyer_key(typed).map_err(|error| wrong(address(error, asset)))
    }
}

impl<'a> EscrowPart<'a> {
    /// Builds the choice for a template.
    pub(super) fn new(
        reader: Reader,
        rules: &EscrowRules,
        form: &'a EscrowForm,
        errors: &[EscrowError],
        asset: AssetId,
        offer_hours: u64,
    ) -> Self {
        let field = |field: EscrowField, value: &'a str| {
            let error = errors.iter().find(|error| error.field == field);
            FieldView::new(field.name(), value, error.map(|error| reader.say(&error.why)))
        };
        let days = words::days(rules.dispute_hours);
        let terms = words::checkout(reader, rules, offer_hours);
        Self {
            asset: Cow::Borrowed(asset.name()),
            what: reader.say(&Sentence::new("escrow-into-what").with("days", days)),
            terms: terms.iter().map(|sentence| reader.say(sentence)).collect(),
            chosen: form.is_chosen,
            refund: field(EscrowField::Refund, &form.refund),
            release: Cow::Borrowed(match form.release {
                Release::None => "none",
                Release::Secret => "secret",
                Release::Wallet => "wallet",
            }),
            hash: field(EscrowField::Hash, &form.hash),
            key: field(EscrowField::Key, &form.key),
        }
    }
}

fn address(error: RefundToError, asset: AssetId) -> Sentence {
    let sentence = match error {
        RefundToError::NotAnAddress => Sentence::new("refund-not-an-address"),
        RefundToError::Checksum => Sentence::new("refund-checksum"),
        RefundToError::Nobody => Sentence::new("refund-nobody"),
    };
    sentence.with("asset", asset.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn hash(text: &str) -> Result<Hash, String> {
        let reader = Reader { language: Language::English, prefix: "" };
        let form = EscrowForm { hash: text.into(), ..EscrowForm::default() };
        form.hash().map_err(|error| reader.say(&error.why))
    }

    #[test]
    fn hash_is_read_as_sha256sum_prints_it() {
        let digits = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for text in [
            digits.to_owned(),
            format!("{digits}  -"),
            format!(" {digits}\r\n"),
            digits.to_uppercase(),
            format!("0x{digits}"),
        ] {
            assert_eq!(
                hash(&text).map(|hash| hash.to_string()),
                Ok(format!("0x{digits}")),
                "{text}"
            );
        }
    }

    #[test]
    fn hash_of_nothing_and_no_hash_are_refused() {
        let zeros = "0".repeat(64);
        let long = "a".repeat(65);
        let secret = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
        for text in [secret, "0x", "-", zeros.as_str(), long.as_str(), "é"] {
            assert!(hash(text).unwrap_err().contains("64 digits"), "{text}");
        }
        for text in OF_NOTHING {
            assert!(hash(text).unwrap_err().contains("empty text"), "{text}");
        }
    }
}
