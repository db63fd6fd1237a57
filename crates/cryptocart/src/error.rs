//! Failures of the command line: what happened, then what to do.

use shop_core::kind::{HasKind, Kind};

/// A failure in words for the person at the terminal.
#[derive(Clone, Debug)]
pub(crate) struct CliError {
    kind: Kind,
    what: String,
    hint: Option<String>,
}

impl CliError {
    pub(crate) fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: None }
    }

    pub(crate) fn misconfigured(what: impl Into<String>) -> Self {
        Self::new(Kind::Misconfigured, what)
    }

    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self::new(Kind::BadInput, what)
    }

    /// Adds what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl std::fmt::Display for CliError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CliError {}

/// Says what was being done when an error came up.
pub(crate) trait Context<T> {
    /// Adds to an error what was being done.
    /// `doing` completes "while ..": `reading my-shop/shop.toml`.
    fn context(self, doing: impl FnOnce() -> String) -> Result<T, CliError>;
}

impl<T, E: std::error::Error + HasKind> Context<T> for Result<T, E> {
    fn context(self, doing: impl FnOnce() -> String) -> Result<T, CliError> {
        self.map_err(|error| CliError::new(error.kind(), format!("{}: {error}", doing())))
    }
}

/// Says what was being done when an error of the operating system came up.
pub(crate) trait IoContext<T> {
    /// Adds to an error what was being done; `doing` as in [`Context::context`].
    fn io_context(self, doing: impl FnOnce() -> String) -> Result<T, CliError>;
}

impl<T> IoContext<T> for std::io::Result<T> {
    fn io_context(self, doing: impl FnOnce() -> String) -> Result<T, CliError> {
        self.map_err(|error| {
            use std::io::ErrorKind::{NotFound, PermissionDenied, StorageFull};
            let (kind, hint) = match error.kind() {
                NotFound => {
                    (Kind::NotFound, "check that the path is right and the file was not moved")
                }
                PermissionDenied => (
                    Kind::Denied,
                    "it belongs to another user (see ls -l): use chown to give it to the user who \
                     runs the shop",
                ),
                StorageFull => (Kind::Unavailable, "free some disk space"),
                _ => return CliError::new(Kind::Unavailable, format!("{}: {error}", doing())),
            };
            CliError::new(kind, format!("{}: {error}", doing())).hint(hint)
        })
    }
}
