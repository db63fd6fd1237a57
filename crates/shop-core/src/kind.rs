//! The one table of failures: their HTTP statuses and exit codes.

/// Kind of a failure, by what it asks of the reader and not by where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The input has to change before this can work.
    BadInput,
    /// Nothing is found. A wrong order code is this too, so that order codes cannot be told apart.
    NotFound,
    /// The thing was here, and its time is over.
    Expired,
    /// Money is due first.
    Unpaid,
    /// Too much at once; later it works.
    Busy,
    /// A part we lean on (chain, database, Tor) does not answer.
    Unavailable,
    /// Not allowed.
    Denied,
    /// The seller's settings cannot work.
    Misconfigured,
    /// Our fault.
    Bug,
}

impl Kind {
    /// Every kind, for tests over the whole table.
    pub const ALL: [Self; 9] = [
        Self::BadInput,
        Self::NotFound,
        Self::Expired,
        Self::Unpaid,
        Self::Busy,
        Self::Unavailable,
        Self::Denied,
        Self::Misconfigured,
        Self::Bug,
    ];

    /// Returns the status of the HTTP answer (RFC 9110; 429 is RFC 6585).
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::NotFound => 404,
            Self::Expired => 410,
            Self::Unpaid => 402,
            Self::Busy => 429,
            Self::Unavailable => 503,
            Self::Denied => 403,
            Self::Misconfigured | Self::Bug => 500,
        }
    }

    /// Returns the exit status of the program; 70 and above as in `sysexits.h`.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::BadInput => 2,
            Self::NotFound | Self::Expired => 3,
            Self::Unpaid => 4,
            Self::Busy | Self::Unavailable => 75,
            Self::Denied => 77,
            Self::Misconfigured => 78,
            Self::Bug => 70,
        }
    }
}

/// An error that knows its [`Kind`].
pub trait HasKind {
    /// Returns what the failure asks of the reader.
    fn kind(&self) -> Kind;
}
