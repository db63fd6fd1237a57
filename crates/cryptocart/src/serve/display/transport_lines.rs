//! Lines about transports: each failure once, and that it is over.

use std::collections::BTreeMap;

/// Failure that was last told, of each transport that does not work.
#[derive(Default)]
pub(super) struct TransportLines(BTreeMap<String, String>);

impl TransportLines {
    /// Takes what became of a transport, and returns what to say.
    /// One that fails for the same reason again is not told again before it has worked.
    pub(super) fn hear(&mut self, names: &str, failure: Option<&str>) -> Option<String> {
        let Some(failure) = failure else {
            let told = self.0.remove(names);
            return told.map(|_| format!("the transport {names} works again"));
        };
        let told = self.0.insert(names.to_owned(), failure.to_owned());
        (told.as_deref() != Some(failure))
            .then(|| format!("waiting: the transport {names} {failure} (will keep trying)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_is_told_once_until_the_transport_works() {
        let mut lines = TransportLines::default();
        assert_eq!(lines.hear("obfs4", None), None, "nothing to say of one that starts");
        let first = lines.hear("obfs4", Some("does not get ready")).unwrap();
        assert!(first.contains("the transport obfs4 does not get ready"), "{first}");
        assert_eq!(lines.hear("obfs4", Some("does not get ready")), None);
        assert!(lines.hear("meek", Some("does not get ready")).is_some());
        assert!(lines.hear("obfs4", Some("has ended (signal: 9)")).is_some());
        assert_eq!(lines.hear("obfs4", None).unwrap(), "the transport obfs4 works again");
        assert!(lines.hear("obfs4", Some("does not get ready")).is_some());
    }
}
