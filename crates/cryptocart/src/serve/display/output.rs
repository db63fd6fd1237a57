//! Standard output of `serve`: a terminal that a person reads, or something that records it.

use std::{
    io::{self, IsTerminal},
    os::unix::fs::MetadataExt,
};

/// Things that may be written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Output {
    /// True if a line may be rewritten in place.
    pub(super) rewrites: bool,
    /// True if a new order may be told: a person reads it, and nothing records it.
    pub(super) tells_orders: bool,
}

/// Properties of this process's standard output.
struct Properties {
    is_terminal: bool,
    /// False if the terminal cannot move its cursor.
    moves_cursor: bool,
    /// True if it is the output of the system's first process.
    is_of_first_process: bool,
}

impl Output {
    /// Looks at this process's standard output.
    pub(super) fn detect() -> Self {
        Self::from_properties(&Properties {
            is_terminal: io::stdout().is_terminal(),
            moves_cursor: std::env::var_os("TERM").is_some_and(|name| name != "dumb"),
            is_of_first_process: is_of_first_process(),
        })
    }

    const fn from_properties(output: &Properties) -> Self {
        Self {
            rewrites: output.is_terminal && output.moves_cursor,
            tells_orders: output.is_terminal && !output.is_of_first_process,
        }
    }
}

/// Returns true if this process writes where the first process of its PID namespace writes.
/// A container's log is that output, even where it is a terminal (`docker run -t`). On a machine the
/// first process has no terminal, and other users may not look at it.
fn is_of_first_process() -> bool {
    let place =
        |path| std::fs::metadata(path).map(|file| (file.dev(), file.ino(), file.rdev())).ok();
    let ours = place("/proc/self/fd/1");
    std::process::id() == 1 || ours.is_some() && ours == place("/proc/1/fd/1")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Properties =
        Properties { is_terminal: true, moves_cursor: true, is_of_first_process: false };

    #[test]
    fn orders_are_told_to_a_terminal_and_nowhere_else() {
        let told = Output::from_properties(&TERMINAL);
        assert_eq!(told, Output { rewrites: true, tells_orders: true });
        let dumb = Properties { moves_cursor: false, ..TERMINAL };
        assert_eq!(Output::from_properties(&dumb), Output { rewrites: false, tells_orders: true });
        let container = Properties { is_of_first_process: true, ..TERMINAL };
        assert!(!Output::from_properties(&container).tells_orders);
        for is_of_first_process in [true, false] {
            let pipe = Properties { is_terminal: false, is_of_first_process, ..TERMINAL };
            let silent = Output { rewrites: false, tells_orders: false };
            assert_eq!(Output::from_properties(&pipe), silent);
        }
    }
}
