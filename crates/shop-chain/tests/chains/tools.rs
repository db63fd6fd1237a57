//! Programs that tests start, and loopback ports for them.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
};

/// Returns the path of a program: the one that a variable names, or the one that a script of
/// `maint/` has put below the folder of the build.
pub(crate) fn path(variable: &str, below_tools: impl AsRef<Path>) -> PathBuf {
    std::env::var_os(variable).map_or_else(
        || {
            let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
            let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
            root.join(target).join("tools").join(below_tools)
        },
        PathBuf::from,
    )
}

/// Returns the path of a program; none where it is not installed.
pub(crate) fn installed(variable: &str, below_tools: &str) -> Option<PathBuf> {
    Some(path(variable, below_tools)).filter(|path| path.is_file())
}

/// Returns a loopback port that is free now.
#[expect(clippy::disallowed_methods, reason = "a test drives a real node over loopback")]
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}
