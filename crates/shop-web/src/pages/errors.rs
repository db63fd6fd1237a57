//! Sentences for the errors of `shop-core`.

use crate::language::{Reader, Sentence};
use minijinja::{Value, context};
use shop_core::{
    cart::{CartError, MOST_LINES},
    order::{CheckoutForm, Field, FieldError, FormErrors},
};

/// Returns the reason why a cart does not take something.
pub(super) fn cart(error: &CartError) -> Sentence {
    match error {
        CartError::Unknown => Sentence::new("cart-unknown"),
        CartError::Sold(name) => Sentence::new("cart-sold").with("name", name.as_str()),
        CartError::Option(name) => Sentence::new("cart-option").with("name", name.as_str()),
        CartError::TooMany { name, most } => {
            Sentence::new("cart-too-many").with("name", name.as_str()).with("most", *most)
        }
        CartError::Full => Sentence::new("cart-full").with("most", MOST_LINES),
        CartError::Money(_) => Sentence::new("cart-sum"),
        CartError::NoPrice(asset) => Sentence::new("cart-no-price").with("currency", asset.code()),
        CartError::Empty => Sentence::new("cart-empty"),
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
pub(super) fn summary(reader: Reader, errors: &FormErrors) -> Vec<Value> {
    let found = |field| errors.0.iter().filter(move |(f, _)| *f == field);
    ON_THE_FORM
        .into_iter()
        .flat_map(found)
        .map(|(field, error)| {
            let said = Sentence::new("labelled").with("label", reader.say(&label(*field)));
            let text = reader.say(&said.with("value", reader.say(&wrong(reader, *error))));
            context! { text, to => field.name() }
        })
        .collect()
}

/// Builds the fields of the form as they were sent, each with what is wrong with it.
pub(super) fn fields(reader: Reader, fields: &CheckoutForm, errors: &FormErrors) -> Value {
    let field = |field: Field, value: &str| {
        let error = errors.0.iter().find(|(f, _)| *f == field);
        let error = error.map(|(_, error)| reader.say(&wrong(reader, *error)));
        context! { name => field.name(), value, error }
    };
    context! {
        recipient => field(Field::Recipient, &fields.recipient),
        street => field(Field::Street, &fields.street),
        city => field(Field::City, &fields.city),
        province => field(Field::Province, &fields.province),
        country => field(Field::Country, &fields.country),
        postcode => field(Field::Postcode, &fields.postcode),
        contact => context! { value => &fields.contact },
        email => field(Field::Email, &fields.email),
        note => field(Field::Note, &fields.note),
        sealed => field(Field::Sealed, &fields.sealed),
        sure => context! { value => &fields.sure },
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
