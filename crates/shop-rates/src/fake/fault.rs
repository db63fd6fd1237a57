//! Ways in which a source fails.

/// A way to fail the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// HTTP status 403, as exits of Tor often see it.
    Blocked,
    /// HTTP status 429, with a time to wait.
    Throttled,
    /// HTTP status 500.
    Broken,
    /// HTTP status 302, to somewhere else.
    Redirect,
    /// A page for people, with status 200.
    Page,
    /// A megabyte of a list.
    Huge,
    /// Ten thousand lists inside one another.
    Deep,
    /// Half an answer, and then the end.
    CutOff,
    /// A byte each nine seconds, for ever.
    Trickle,
    /// Nothing, for ever.
    Silent,
    /// JSON of another form.
    OtherForm,
    /// Prices of other pairs than those that were asked for.
    OtherPair,
    /// Prices of zero.
    Zero,
    /// Prices below zero.
    Negative,
    /// Prices with an absurd exponent.
    Exponent,
    /// A word where prices are.
    Word,
    /// Prices of yesterday, where the source says of when they are.
    Old,
    /// Prices of tomorrow, where the source says of when they are.
    Future,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 18] = [
        Self::Blocked,
        Self::Throttled,
        Self::Broken,
        Self::Redirect,
        Self::Page,
        Self::Huge,
        Self::Deep,
        Self::CutOff,
        Self::Trickle,
        Self::Silent,
        Self::OtherForm,
        Self::OtherPair,
        Self::Zero,
        Self::Negative,
        Self::Exponent,
        Self::Word,
        Self::Old,
        Self::Future,
    ];

    /// Returns the text that takes the place of each price, if there is one.
    pub(super) const fn price(self) -> Option<&'static str> {
        match self {
            Self::Zero => Some("0.00"),
            Self::Negative => Some("-3809.60"),
            Self::Exponent => Some("1e400"),
            Self::Word => Some("NaN"),
            _ => None,
        }
    }
}
