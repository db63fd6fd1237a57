//! Errors of the database, without a word of what the rows hold.

mod after;
mod balance;
mod escrow;
mod follow;

pub use after::{
    CancelError, DownloadError, EventError, ForgetError, ReplaceCopyError, ReviewError,
};
pub use balance::BalanceClaimError;
pub use escrow::ReleaseError;
pub use follow::FollowError;
use shop_core::{
    kind::{HasKind, Kind},
    stock::InsufficientStock,
};
use std::path::PathBuf;

/// Reason why the database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file or its folder cannot be made, read or protected.
    #[error("the database file {path} cannot be used")]
    File {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// Another version of this program wrote the file.
    #[error(
        "the database has schema version {found}, but this program uses version {known}: open the \
         shop with the cryptocart that made it, or move the database away to start a new one"
    )]
    OtherVersion {
        /// The version on disk.
        found: i64,
        /// The one version known here.
        known: i64,
    },
    /// A database of some other program.
    #[error("the file is a database, but not a shop database")]
    NotOurs,
    /// The file is damaged, or no database at all.
    #[error("the database is damaged: restore a backup, or move it away to start a new one")]
    Damaged,
    /// The thread that writes could not be started.
    #[error("starting the database's thread")]
    Thread(#[source] std::io::Error),
    /// The database engine.
    #[error("opening the database")]
    Db(#[source] DbError),
}

impl From<DbError> for OpenError {
    fn from(error: DbError) -> Self {
        if error == DbError::Damaged { Self::Damaged } else { Self::Db(error) }
    }
}

impl HasKind for OpenError {
    fn kind(&self) -> Kind {
        match self {
            Self::File { .. } | Self::OtherVersion { .. } | Self::NotOurs => Kind::Misconfigured,
            Self::Damaged | Self::Thread(_) => Kind::Unavailable,
            Self::Db(error) => error.kind(),
        }
    }
}

/// Reason why the database could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// The disk, or the size the database may have, is full.
    #[error("no disk space is left for the database")]
    NoRoom,
    /// The file is damaged.
    #[error("the database is damaged")]
    Damaged,
    /// Another program holds the file.
    #[error("another program is using the database")]
    Locked,
    /// The shop is stopping.
    #[error("the database is closed")]
    Closed,
    /// A row does not read back as what was written.
    #[error("a stored record cannot be read")]
    Unreadable,
    /// An advance or a claim that speaks of two assets at once.
    #[error("transfers of another asset")]
    Mixed,
    /// The engine undid this change together with a neighbour's that found no room.
    #[error("the change was rolled back together with others")]
    Undone,
    /// An order takes what is counted, and nobody was given to seal that
    /// ([`crate::Db::with_sealer`]).
    #[error("there is no key to encrypt reserved stock")]
    NoClerk,
    /// The code of the shop failed inside the database.
    #[error("a bug stopped the database call")]
    Broken,
    /// Any other error, by SQLite's extended result code.
    #[error("the database engine failed with code {0}")]
    Engine(i32),
}

impl HasKind for DbError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoRoom
            | Self::Damaged
            | Self::Locked
            | Self::Closed
            | Self::Undone
            | Self::Engine(_) => Kind::Unavailable,
            Self::Unreadable | Self::Mixed | Self::NoClerk | Self::Broken => Kind::Bug,
        }
    }
}

/// Reason why an order was not placed. Nothing of it is stored then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The pay-to, or the amount at it, belongs to an order: take another offer.
    #[error("the payment address is in use")]
    PayToTaken,
    /// The number or the order code is in use: draw another.
    #[error("the order number is in use")]
    IdTaken,
    /// The form or the cart has placed an order before.
    /// Its code is [`crate::Db::form_code`]'s to give.
    #[error("the form has already placed an order")]
    FormPlaced,
    /// Too many orders wait for money.
    #[error("too many orders are waiting for payment")]
    TooManyOpen,
    /// The shop keeps as many orders as it can.
    #[error("the shop cannot store more orders")]
    Full,
    /// Fewer are left of these than the order asks for.
    #[error("not enough in stock")]
    SoldOut(InsufficientStock),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl HasKind for PlaceError {
    fn kind(&self) -> Kind {
        match self {
            Self::SoldOut(_) => Kind::BadInput,
            Self::PayToTaken
            | Self::IdTaken
            | Self::FormPlaced
            | Self::TooManyOpen
            | Self::Full => Kind::Busy,
            Self::Db(error) => error.kind(),
        }
    }
}

/// Reason why a claim was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The text is not a transaction id: 1 to 128 ASCII letters and digits.
    #[error("not a transaction id")]
    NotATxid,
    /// No order has this order code.
    #[error("no such order")]
    NoSuchOrder,
    /// The transaction id counts, or is being looked up, already.
    #[error("the transaction id is already claimed")]
    AlreadyClaimed,
    /// The order has claimed often enough.
    #[error("too many claims")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl HasKind for ClaimError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotATxid | Self::AlreadyClaimed => Kind::BadInput,
            Self::NoSuchOrder => Kind::NotFound,
            Self::TooMany => Kind::Busy,
            Self::Db(error) => error.kind(),
        }
    }
}
