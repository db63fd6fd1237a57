//! Environment of a transport, and the line of a process that could not become one.

use std::{ffi::OsString, path::Path};

/// Returns the whole environment of a transport that is to offer these names.
/// `state` is the full path of the folder in which it may keep files.
#[must_use]
pub fn environment(names: &[String], state: &Path) -> [(&'static str, OsString); 4] {
    [
        ("TOR_PT_MANAGED_TRANSPORT_VER", super::handshake::VERSION.into()),
        ("TOR_PT_CLIENT_TRANSPORTS", names.join(",").into()),
        ("TOR_PT_STATE_LOCATION", state.into()),
        // It ends by itself when the supervisor is killed.
        ("TOR_PT_EXIT_ON_STDIN_CLOSE", "1".into()),
    ]
}

/// Returns the line by which a process says that it could not become the transport.
#[must_use]
pub fn refusal(reason: &str) -> String {
    format!("ENV-ERROR {}\n", reason.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_and_state_is_a_path() {
        let names = ["obfs4".to_owned(), "meek_lite".to_owned()];
        let told = environment(&names, "/shop/state".as_ref());
        let is_told = |name: &str, value: &str| told.contains(&(leak(name), value.into()));
        assert!(is_told("TOR_PT_CLIENT_TRANSPORTS", "obfs4,meek_lite"));
        assert!(is_told("TOR_PT_STATE_LOCATION", "/shop/state"));
        assert!(is_told("TOR_PT_EXIT_ON_STDIN_CLOSE", "1"));
    }

    fn leak(name: &str) -> &'static str {
        Box::leak(name.to_owned().into_boxed_str())
    }

    #[test]
    fn refusal_stays_one_line() {
        assert_eq!(refusal("no\nVERSION 1"), "ENV-ERROR no VERSION 1\n");
    }
}
