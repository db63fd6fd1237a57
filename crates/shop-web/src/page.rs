//! Pages as their templates see them.
//!
//! A page is a struct next to its handler, written in [`view!`]. Its fields are the names in its
//! template, and in a seller's own template of this name: a field can be added, and is not taken
//! away. `theme/samples.json` has values to try templates with. A test next to each page checks
//! that they have its fields.
//!
//! No field is a `minijinja::Value`: what is not escaped again says so by its type, [`Html`] or
//! [`Address`].

mod address;
pub(crate) mod enter;
mod html;
pub(crate) mod notice;
#[cfg(test)]
pub(crate) mod sample;

pub(crate) use address::Address;
pub(crate) use html::Html;

use minijinja::Value;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// A value that templates can see.
pub(crate) trait View {
    /// Returns it for a template.
    fn into_value(self) -> Value;

    /// Checks that a sample could be such a value. The error names the first place that differs.
    #[cfg(test)]
    fn check(sample: &serde_json::Value) -> Result<(), String>;
}

/// Values of one template.
pub(crate) trait Page: View {
    /// File name of the template.
    const TEMPLATE: &'static str;
}

/// Defines a struct that templates see: each field under its name.
macro_rules! view {
    (
        $(#[$about:meta])*
        $vis:vis struct $view:ident $(<$life:lifetime>)? {
            $($(#[$note:meta])* $field_vis:vis $field:ident: $kind:ty),* $(,)?
        }
    ) => {
        $(#[$about])*
        $vis struct $view $(<$life>)? {
            $($(#[$note])* $field_vis $field: $kind),*
        }

        impl $(<$life>)? $crate::page::View for $view $(<$life>)? {
            fn into_value(self) -> minijinja::Value {
                let Self { $($field),* } = self;
                minijinja::context! { $($field => $crate::page::View::into_value($field)),* }
            }

            #[cfg(test)]
            fn check(sample: &serde_json::Value) -> Result<(), String> {
                $crate::page::sample::check_fields(
                    sample,
                    &[$((stringify!($field), <$kind as $crate::page::View>::check)),*],
                )
            }
        }
    };
}
pub(crate) use view;

/// Values of these types; `$is` says if a sample is one.
macro_rules! plain {
    ($($kind:ty: $is:ident),*) => {
        $(impl View for $kind {
            fn into_value(self) -> Value {
                Value::from(self)
            }

            #[cfg(test)]
            fn check(sample: &serde_json::Value) -> Result<(), String> {
                if sample.$is() { Ok(()) } else { Err(format!("{}: {sample}", stringify!($is))) }
            }
        })*
    };
}

plain!(String: is_string, Cow<'_, str>: is_string, bool: is_boolean);
plain!(Html: is_string, Address: is_string);
plain!(u32: is_u64, u64: is_u64, usize: is_u64);

/// A buyer's words, which are wiped here once the template has them.
impl View for Zeroizing<String> {
    fn into_value(self) -> Value {
        Value::from(self.as_str())
    }

    #[cfg(test)]
    fn check(sample: &serde_json::Value) -> Result<(), String> {
        String::check(sample)
    }
}

impl<T: View> View for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::from(()), View::into_value)
    }

    #[cfg(test)]
    fn check(sample: &serde_json::Value) -> Result<(), String> {
        if sample.is_null() { Ok(()) } else { T::check(sample) }
    }
}

impl<T: View> View for Vec<T> {
    fn into_value(self) -> Value {
        Value::from(self.into_iter().map(View::into_value).collect::<Vec<_>>())
    }

    #[cfg(test)]
    fn check(sample: &serde_json::Value) -> Result<(), String> {
        let all = sample.as_array().ok_or_else(|| format!("no list: {sample}"))?;
        all.iter().try_for_each(T::check)
    }
}
