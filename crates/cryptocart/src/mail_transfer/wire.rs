//! Lines of the two halves: written, and read from a stranger.

use shop_core::text;
use shop_seal::mbox::MailDigest;
use std::{
    fmt,
    io::{self, BufRead, Read},
    str::FromStr,
};

/// First line of the server.
pub(super) const GREETING: &str = "cryptocart-mails 1";

/// Longest line, in bytes; the words of an error may fill it.
const LONGEST_LINE: u64 = 600;

/// Most characters of the words of an error.
const LONGEST_WORDS: usize = 400;

/// Most mails of a list; a mailbox may have more, which come after these were deleted.
pub(super) const MOST_MAILS: usize = 100_000;

/// Longest mail, in bytes; those of a shop have 256 KiB at most.
pub(super) const LONGEST_MAIL: u64 = 384 << 10;

/// A line of fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Asks for the list of all sealed mails.
    List,
    /// Asks for a mail.
    Get(MailDigest),
    /// Announces the digests of mails to delete.
    Delete(usize),
}

/// A line of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A mail, with its length in bytes.
    Mail { digest: MailDigest, bytes: u64 },
    /// End of a list, with the numbers of mails in it, of other entries, and of mails left out.
    End { mails: u64, other: u64, unlisted: u64 },
    /// The mail is no longer there.
    Gone(MailDigest),
    /// The number of entries that were deleted.
    Deleted(u64),
    /// The exit status of a failure, and its words on one line.
    Error { exit: u8, what: String },
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("list"),
            Self::Get(digest) => write!(f, "get {digest}"),
            Self::Delete(number) => write!(f, "delete {number}"),
        }
    }
}

/// A line that is none of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotALine;

impl FromStr for Request {
    type Err = NotALine;

    fn from_str(line: &str) -> Result<Self, NotALine> {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["list"] => Ok(Self::List),
            ["get", digest] => MailDigest::parse(digest).map(Self::Get).ok_or(NotALine),
            ["delete", number] => {
                let number = usize::try_from(number_in(number)?).map_err(|_| NotALine)?;
                if number <= MOST_MAILS { Ok(Self::Delete(number)) } else { Err(NotALine) }
            }
            _ => Err(NotALine),
        }
    }
}

impl Answer {
    /// Makes the answer of a failure.
    pub(super) fn error(exit: u8, what: &str) -> Self {
        Self::Error { exit, what: words(what) }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail { digest, bytes } => write!(f, "mail {digest} {bytes}"),
            Self::End { mails, other, unlisted } => write!(f, "end {mails} {other} {unlisted}"),
            Self::Gone(digest) => write!(f, "gone {digest}"),
            Self::Deleted(number) => write!(f, "deleted {number}"),
            Self::Error { exit, what } => write!(f, "error {exit} {what}"),
        }
    }
}

impl FromStr for Answer {
    type Err = NotALine;

    fn from_str(line: &str) -> Result<Self, NotALine> {
        let digest = |text| MailDigest::parse(text).ok_or(NotALine);
        if let Some((exit, what)) =
            line.strip_prefix("error ").and_then(|rest| rest.split_once(' '))
        {
            let exit = u8::try_from(number_in(exit)?).map_err(|_| NotALine)?;
            return Ok(Self::error(exit, what));
        }
        let words: Vec<&str> = line.split(' ').collect();
        Ok(match words.as_slice() {
            ["mail", name, bytes] => {
                let bytes = number_in(bytes)?;
                if bytes > LONGEST_MAIL {
                    return Err(NotALine);
                }
                Self::Mail { digest: digest(name)?, bytes }
            }
            ["end", mails, other, unlisted] => Self::End {
                mails: number_in(mails)?,
                other: number_in(other)?,
                unlisted: number_in(unlisted)?,
            },
            ["gone", name] => Self::Gone(digest(name)?),
            ["deleted", number] => Self::Deleted(number_in(number)?),
            _ => return Err(NotALine),
        })
    }
}

/// Reads a number as it is written here: digits alone, none of them a leading zero.
fn number_in(text: &str) -> Result<u64, NotALine> {
    let number: u64 = text.parse().map_err(|_| NotALine)?;
    if number.to_string() == text { Ok(number) } else { Err(NotALine) }
}

/// Returns words of a stranger as one line that a terminal can show, of bounded length.
pub(super) fn words(text: &str) -> String {
    text::line(text).chars().take(LONGEST_WORDS).collect()
}

/// Reads one line, without its end; none at the end of the input.
///
/// # Errors
/// Those of the input; `InvalidData` if the line is too long, is no text, or has no end.
pub(super) fn read_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if from.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let Some(text) = line.strip_suffix(b"\n") else {
        let kind = match (line.len() as u64) < LONGEST_LINE {
            true => io::ErrorKind::UnexpectedEof,
            false => io::ErrorKind::InvalidData,
        };
        return Err(kind.into());
    };
    let text = String::from_utf8(text.to_vec()).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digest() -> impl Strategy<Value = MailDigest> {
        "[0-9a-f]{64}".prop_map(|hex| MailDigest::parse(&hex).unwrap())
    }

    fn request() -> impl Strategy<Value = Request> {
        prop_oneof![
            Just(Request::List),
            digest().prop_map(Request::Get),
            (0..=MOST_MAILS).prop_map(Request::Delete),
        ]
    }

    fn answer() -> impl Strategy<Value = Answer> {
        prop_oneof![
            (digest(), 0..=LONGEST_MAIL).prop_map(|(digest, bytes)| Answer::Mail { digest, bytes }),
            any::<(u64, u64, u64)>().prop_map(|(mails, other, unlisted)| Answer::End {
                mails,
                other,
                unlisted
            }),
            digest().prop_map(Answer::Gone),
            any::<u64>().prop_map(Answer::Deleted),
            (any::<u8>(), "[a-z]{1,9}( [a-zé]{1,9}){0,3}")
                .prop_map(|(exit, what)| Answer::error(exit, &what)),
        ]
    }

    proptest! {
        #[test]
        fn lines_read_back(request in request(), answer in answer()) {
            prop_assert_eq!(request.to_string().parse(), Ok(request));
            prop_assert_eq!(answer.to_string().parse(), Ok(answer));
        }

        #[test]
        fn what_is_read_is_written_the_same(line in "(list|get|delete|mail|end|gone|deleted)( [0-9a-f]{1,3}){0,3}") {
            if let Ok(request) = line.parse::<Request>() {
                prop_assert_eq!(request.to_string(), line.clone());
            }
            if let Ok(answer) = line.parse::<Answer>() {
                prop_assert_eq!(answer.to_string(), line);
            }
        }
    }

    #[test]
    fn lines_of_other_shapes_are_refused() {
        let digest = "a".repeat(64);
        for line in ["", "list ", "LIST", "get", "get x", "delete -1", "delete 01", "delete 100001"]
        {
            assert_eq!(line.parse::<Request>(), Err(NotALine), "{line:?}");
        }
        for line in [
            "mail x 1".to_owned(),
            format!("mail {digest}"),
            format!("mail {digest} 1 "),
            format!("mail {digest} {}", LONGEST_MAIL + 1),
            "end 1 2".into(),
            "error 300 what".into(),
            "deleted +1".into(),
        ] {
            assert_eq!(line.parse::<Answer>(), Err(NotALine), "{line:?}");
        }
    }

    #[test]
    fn words_of_an_error_command_no_terminal() {
        let line = format!("error 75 \u{1b}[2J\u{202e}{}", "x".repeat(500));
        let Ok(Answer::Error { exit: 75, what }) = line.parse() else { panic!("{line}") };
        assert!(what.starts_with("[2Jx") && what.len() == LONGEST_WORDS, "{what:?}");
        assert_eq!(Answer::error(1, "two\nlines").to_string(), "error 1 two lines");
    }

    #[test]
    fn line_without_an_end_is_not_waited_for() {
        let read = |bytes: &[u8]| read_line(&mut &*bytes).map_err(|error| error.kind());
        assert_eq!(read(b"list\nget"), Ok(Some("list".into())));
        assert_eq!(read(b""), Ok(None));
        assert_eq!(read(b"lis"), Err(io::ErrorKind::UnexpectedEof));
        assert_eq!(read(&[b'x'; 10_000]), Err(io::ErrorKind::InvalidData));
        assert_eq!(read(b"\xff\n"), Err(io::ErrorKind::InvalidData));
        let endless = &mut io::BufReader::new(io::repeat(b'x'));
        assert_eq!(read_line(endless).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
