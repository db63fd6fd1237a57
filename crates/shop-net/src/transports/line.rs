//! One line of a transport's standard output.

use std::net::SocketAddr;

/// Most characters of a transport's own words that are passed on.
const LONGEST_WORDS: usize = 120;

/// A line, as far as the client side needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The version of the protocol that it speaks.
    Version(String),
    /// It speaks no version that was offered.
    VersionError,
    /// It cannot work in this environment: the reason, in its words.
    EnvironmentError(String),
    /// It takes streams for this transport.
    Method {
        /// The transport.
        name: String,
        /// The protocol of its port: `socks5`, or an older one.
        protocol: String,
        /// The port.
        address: SocketAddr,
    },
    /// It does not offer this transport: the reason, in its words.
    MethodError {
        /// The transport.
        name: String,
        /// The reason.
        reason: String,
    },
    /// It has said everything about its transports.
    Done,
    /// Anything else, which the specification says to pass over.
    Other,
}

/// A line that begins like one of ours and does not go on like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Line {
    /// Reads a line without its end.
    pub(super) fn parse(line: &str) -> Result<Self, Malformed> {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut words = rest.split(' ').filter(|word| !word.is_empty());
        let mut word = || words.next().ok_or(Malformed);
        Ok(match keyword {
            "VERSION" => Self::Version(word()?.to_owned()),
            "VERSION-ERROR" => Self::VersionError,
            "ENV-ERROR" => Self::EnvironmentError(printable(rest)),
            "CMETHOD" => Self::Method {
                name: word()?.to_owned(),
                protocol: word()?.to_owned(),
                address: word()?.parse().map_err(|_| Malformed)?,
            },
            "CMETHOD-ERROR" => {
                let name = word()?.to_owned();
                let (_, reason) = rest.split_once(' ').unwrap_or_default();
                Self::MethodError { name, reason: printable(reason) }
            }
            "CMETHODS" => match word()? {
                "DONE" => Self::Done,
                _ => return Err(Malformed),
            },
            _ => Self::Other,
        })
    }
}

/// Returns words of others as a terminal can show them: short, without control characters.
fn printable(words: &str) -> String {
    let is_plain = |letter: &char| matches!(letter, ' '..='~');
    words.trim().chars().filter(is_plain).take(LONGEST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_specification_are_read() {
        for (text, line) in [
            ("VERSION 1", Line::Version("1".into())),
            ("VERSION-ERROR no-version", Line::VersionError),
            ("ENV-ERROR no state\u{1b}[2J", Line::EnvironmentError("no state[2J".into())),
            (
                "CMETHOD obfs4 socks5 127.0.0.1:32784",
                Line::Method {
                    name: "obfs4".into(),
                    protocol: "socks5".into(),
                    address: ([127, 0, 0, 1], 32784).into(),
                },
            ),
            (
                "CMETHOD-ERROR trebuchet no rocks available",
                Line::MethodError { name: "trebuchet".into(), reason: "no rocks available".into() },
            ),
            ("CMETHODS DONE\r", Line::Done),
            ("LOG SEVERITY=debug MESSAGE=\"x\"", Line::Other),
            ("STATUS TRANSPORT=obfs4", Line::Other),
            ("", Line::Other),
            ("version 1", Line::Other),
        ] {
            assert_eq!(Line::parse(text), Ok(line), "{text}");
        }
    }

    #[test]
    fn lines_that_break_off_are_malformed() {
        for text in [
            "VERSION",
            "CMETHOD",
            "CMETHOD obfs4",
            "CMETHOD obfs4 socks5",
            "CMETHOD obfs4 socks5 127.0.0.1",
            "CMETHOD obfs4 socks5 localhost:9",
            "CMETHOD obfs4 socks5 127.0.0.1:99999",
            "CMETHOD-ERROR",
            "CMETHODS",
            "CMETHODS DO",
        ] {
            assert_eq!(Line::parse(text), Err(Malformed), "{text}");
        }
    }
}
