//! Lists whose entries are text in quotes, where that says all, or fields in braces.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};
use std::{fmt, marker::PhantomData};

/// Entry of such a list. Its own `Deserialize` reads the fields.
pub(super) trait ShortForm: DeserializeOwned {
    /// Both forms, for whoever wrote another one.
    const FORMS: &'static str;

    /// Returns the entry that text alone means.
    fn from_text(text: &str) -> Self;
}

/// Reads a list.
///
/// # Errors
/// An entry has neither form.
pub(super) fn list<'de, D: Deserializer<'de>, T: ShortForm>(from: D) -> Result<Vec<T>, D::Error> {
    let entries = Vec::<Entry<T>>::deserialize(from)?;
    Ok(entries.into_iter().map(|Entry(entry)| entry).collect())
}

struct Entry<T>(T);

impl<'de, T: ShortForm> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<T>(PhantomData<T>);

impl<'de, T: ShortForm> de::Visitor<'de> for EntryVisitor<T> {
    type Value = Entry<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::FORMS)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Entry<T>, E> {
        Ok(Entry(T::from_text(text)))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Entry<T>, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Entry)
    }
}
