//! Types that print their name alone.

/// Makes a `Debug` that never shows the contents.
/// Data that a buyer typed, chose or paid must not reach a log or a panic by way of a careless
/// `{:?}`.
#[macro_export]
macro_rules! closed_debug {
    ($($name:ident),* $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
