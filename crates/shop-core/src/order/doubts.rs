//! Doubts about an address that may be right: the buyer is asked, and has the last word.

use super::{Field, FieldError, FormErrors, ShipTo};
use crate::place::{Country, Place, PostcodeDoubt, Region};

impl FormErrors {
    /// Returns true if any of it is a doubt, which the buyer may overrule.
    #[must_use]
    pub fn has_doubts(&self) -> bool {
        self.0.iter().any(|(_, error)| error.is_doubt())
    }

    /// Adds what looks wrong in this address, but for fields of which something is wrong already.
    pub(super) fn doubt(&mut self, to: &ShipTo) {
        let Some(country) = Country::named(&to.country) else {
            let meant = Country::meant(&to.country);
            self.add_if_good(Field::Country, FieldError::UnknownCountry { meant });
            return;
        };
        let region = Region::named(country, &to.province);
        let place = region.map_or(Place::country_alone(country), Place::region_of);
        match place.doubt_postcode(&to.postcode) {
            Some(PostcodeDoubt::Shape(example)) => {
                self.add_if_good(Field::Postcode, FieldError::PostcodeShape { country, example });
            }
            Some(PostcodeDoubt::Elsewhere(region)) => {
                self.add_if_good(Field::Postcode, FieldError::PostcodeElsewhere { region });
            }
            None => {}
        }
    }

    fn add_if_good(&mut self, field: Field, error: FieldError) {
        if self.0.iter().all(|(wrong, _)| *wrong != field) {
            self.0.push((field, error));
        }
    }
}

impl FieldError {
    /// Returns true for a doubt: the buyer may say that it is right.
    #[must_use]
    pub const fn is_doubt(self) -> bool {
        matches!(
            self,
            Self::UnknownCountry { .. }
                | Self::PostcodeShape { .. }
                | Self::PostcodeElsewhere { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::{CheckoutForm, tests::checked};

    fn fields(country: &str, province: &str, postcode: &str) -> CheckoutForm {
        let mut fields = CheckoutForm::default();
        fields.recipient = "Ada".into();
        fields.street = "1 Main St".into();
        fields.city = "Town".into();
        fields.country = country.into();
        fields.province = province.into();
        fields.postcode = postcode.into();
        fields
    }

    fn errors(fields: &CheckoutForm) -> Vec<(Field, FieldError)> {
        checked(fields).map(drop).err().unwrap_or_default().0
    }

    #[test]
    fn doubtful_address_is_asked_about_until_the_buyer_is_sure() {
        let country = |code| Country::parse(code).unwrap();
        let germany = FieldError::UnknownCountry { meant: Some(country("DE")) };
        let example = |code, example| FieldError::PostcodeShape { country: country(code), example };
        let quebec = FieldError::PostcodeElsewhere { region: Region::parse("CA-QC").unwrap() };
        for (mut fields, wanted) in [
            (fields("Germny", "", "99999"), (Field::Country, germany)),
            (
                fields("Atlantis", "", ""),
                (Field::Country, FieldError::UnknownCountry { meant: None }),
            ),
            (fields("Germany", "", "99999"), (Field::Postcode, example("DE", "10115"))),
            (fields("Deutschland", "", ""), (Field::Postcode, example("DE", "10115"))),
            (fields("USA", "NY", "99999"), (Field::Postcode, example("US", "20500"))),
            (fields("Canada", "Québec", "K1A 0B1"), (Field::Postcode, quebec)),
        ] {
            assert_eq!(errors(&fields), [wanted], "{} {}", fields.country, fields.postcode);
            assert!(wanted.1.is_doubt());
            fields.sure = "yes".into();
            assert_eq!(errors(&fields), [], "{} {}", fields.country, fields.postcode);
        }
    }

    #[test]
    fn missing_field_is_not_doubted_and_being_sure_does_not_fill_it() {
        let mut fields = fields("Canada", "", "");
        fields.sure = "yes".into();
        let missing = [Field::Province, Field::Postcode].map(|f| (f, FieldError::Missing));
        assert_eq!(errors(&fields), missing);
        fields.sure.clear();
        assert_eq!(errors(&fields), missing);
        fields.country.clear();
        assert_eq!(errors(&fields), [(Field::Country, FieldError::Missing)]);
    }

    #[test]
    fn right_address_is_not_doubted() {
        for (country, province, postcode) in [
            ("Canada", "QC", "H2X 1Y4"),
            ("Canada", "somewhere", "H2X 1Y4"),
            ("UK", "England", "SW1Y 4JH"),
            ("Hong Kong", "", ""),
            ("ألمانيا", "", "١٠١١٥"),
        ] {
            assert_eq!(errors(&fields(country, province, postcode)), [], "{country}");
        }
    }
}
