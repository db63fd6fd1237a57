//! Fields of the checkout form, each with what is wrong with it.

use crate::{
    language::{Reader, Sentence},
    page::view,
};
use shop_core::order::{CheckoutForm, Field, FieldError, FormErrors};
use std::borrow::Cow;

view! {
    /// Fields of the form as they were sent.
    pub(super) struct Fields<'a> {
        recipient: FieldView<'a>,
        street: FieldView<'a>,
        city: FieldView<'a>,
        province: FieldView<'a>,
        country: FieldView<'a>,
        postcode: FieldView<'a>,
        contact: CheckBox<'a>,
        email: FieldView<'a>,
        note: FieldView<'a>,
        sealed: FieldView<'a>,
        sure: CheckBox<'a>,
    }
}

view! {
    /// A field that can be wrong.
    pub(super) struct FieldView<'a> {
        name: Cow<'static, str>,
        value: Cow<'a, str>,
        error: Option<String>,
    }
}

view! {
    /// A field to tick. Any text means yes.
    struct CheckBox<'a> {
        value: Cow<'a, str>,
    }
}

view! {
    /// A sentence at the top of the form, perhaps about a field.
    pub(super) struct SummaryLine {
        pub(super) text: String,
        /// Name of the field.
        pub(super) to: Option<Cow<'static, str>>,
    }
}

impl<'a> FieldView<'a> {
    /// Builds a field with this value, and what is wrong with it.
    pub(super) const fn new(name: &'static str, value: &'a str, error: Option<String>) -> Self {
        Self { name: Cow::Borrowed(name), value: Cow::Borrowed(value), error }
    }
}

/// Fields in the order of the form, from its top to its end.
const ON_THE_FORM: [Field; 9] = [
    Field::Recipient,
    Field::Street,
    Field::Postcode,
    Field::City,
    Field::Province,
    Field::Country,
    Field::Sealed,
    Field::Email,
    Field::Note,
];

/// Builds the top of a form: what is wrong with which field, each a link to it.
pub(super) fn summary(reader: Reader, errors: &FormErrors) -> Vec<SummaryLine> {
    let found = |field| errors.0.iter().filter(move |(f, _)| *f == field);
    let line = |(field, error): &(Field, FieldError)| {
        let said = Sentence::new("labelled").with("label", reader.say(&label(*field)));
        let text = reader.say(&said.with("value", reader.say(&wrong(reader, *error))));
        SummaryLine { text, to: Some(Cow::Borrowed(field.name())) }
    };
    ON_THE_FORM.into_iter().flat_map(found).map(line).collect()
}

impl<'a> Fields<'a> {
    /// Builds the fields of a form with these errors.
    pub(super) fn new(reader: Reader, form: &'a CheckoutForm, errors: &FormErrors) -> Self {
        let field = |field: Field, value: &'a str| {
            let error = errors.0.iter().find(|(f, _)| *f == field);
            let error = error.map(|(_, error)| reader.say(&wrong(reader, *error)));
            FieldView::new(field.name(), value, error)
        };
        Self {
            recipient: field(Field::Recipient, &form.recipient),
            street: field(Field::Street, &form.street),
            city: field(Field::City, &form.city),
            province: field(Field::Province, &form.province),
            country: field(Field::Country, &form.country),
            postcode: field(Field::Postcode, &form.postcode),
            contact: CheckBox { value: Cow::Borrowed(&form.contact) },
            email: field(Field::Email, &form.email),
            note: field(Field::Note, &form.note),
            sealed: field(Field::Sealed, &form.sealed),
            sure: CheckBox { value: Cow::Borrowed(&form.sure) },
        }
    }
}

const fn label(field: Field) -> Sentence {
    match field {
        Field::Recipient => Sentence::new("recipient"),
        Field::Street => Sentence::new("street"),
        Field::City => Sentence::new("city"),
        Field::Province => Sentence::new("province"),
        Field::Country => Sentence::new("country"),
        Field::Postcode => Sentence::new("postcode"),
        Field::Email => Sentence::new("email"),
        Field::Note => Sentence::new("note"),
        Field::Sealed => Sentence::new("sealed"),
    }
}

fn wrong(reader: Reader, error: FieldError) -> Sentence {
    let language = reader.language.tag();
    match error {
        FieldError::Missing => Sentence::new("field-missing"),
        FieldError::TooLong(most) => Sentence::new("field-long").with("most", most),
        FieldError::NoEmail => Sentence::new("field-no-email"),
        FieldError::NotAnEmail => Sentence::new("field-not-an-email"),
        FieldError::NotArmored => Sentence::new("field-not-armored"),
        FieldError::NotForSeller => Sentence::new("field-not-for-seller"),
        FieldError::GivenTwice => Sentence::new("field-twice"),
        FieldError::UnknownCountry { meant: None } => Sentence::new("field-country"),
        FieldError::UnknownCountry { meant: Some(meant) } => {
            Sentence::new("field-country-meant").with("country", meant.name(language))
        }
        FieldError::PostcodeShape { country, example } => Sentence::new("field-postcode")
            .with("country", country.name(language))
            .with("example", example),
        FieldError::PostcodeElsewhere { region } => {
            Sentence::new("field-postcode-elsewhere").with("region", region.name(language))
        }
    }
}
