//! Protocol of the control socket between a command and the open shop.
//!
//! A client writes one line of JSON, `{"version":1,"ask":"status"}`; the shop answers with one line,
//! `{"version":1,"answer":..}` or `{"version":1,"refused":{"what":..,"do":..,"exit":..}}`, and closes.
//! Both lines are bounded. The supervisor owns the socket, so that it answers while a role is being
//! started again, and asks the shop role for what that one knows (ADR 0011).

mod client;
mod status;

pub(crate) use client::{not_open, open_shop};
pub(crate) use status::{
    Backlog, ChainState, ChainStatus, DiskStatus, PartStatus, PoolStatus, RateStatus, RoleState,
    Roles, ShopStatus, Status,
};

use crate::error::CliError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use shop_core::kind::Kind;
use std::time::Duration;

/// The version of these lines. A shop answers no other.
pub(crate) const VERSION: u32 = 1;

/// Most bytes of a question.
pub(crate) const LONGEST_QUESTION: usize = 4 << 10;

/// Most bytes of an answer.
pub(crate) const LONGEST_ANSWER: usize = 256 << 10;

/// A question to the open shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Question {
    /// Asks for the shop's state; the answer is a [`Status`].
    Status,
    /// Read everything but `shop.toml` again; the answer is [`Reloaded`].
    Reload,
    /// Compare with what is on the disk; the answer is [`Comparison`].
    Compare,
    /// Ask every node; the answer is a list of [`crate::nodes::Answer`].
    Nodes,
    /// Ask every source of rates; the answer is a list of [`crate::rates::answer::Answer`].
    Rates,
}

impl Question {
    /// Returns the time that the shop role may take.
    /// Pictures are made ready in a reload, and nodes are asked through Tor.
    pub(crate) const fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Status => 5,
            Self::Compare => 30,
            Self::Nodes | Self::Rates => 180,
            Self::Reload => 600,
        })
    }
}

/// The line of a client.
#[derive(Serialize, Deserialize)]
pub(crate) struct QuestionLine {
    version: u32,
    ask: Question,
}

/// The line of the shop.
#[derive(Serialize, Deserialize)]
pub(crate) struct AnswerLine {
    version: u32,
    #[serde(flatten)]
    outcome: Outcome,
}

/// Outcome of a question.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Answer(Value),
    Refused(Refused),
}

/// Refusal of a question, as a command prints it.
#[derive(Serialize, Deserialize)]
struct Refused {
    what: String,
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    exit: u8,
}

/// Outcome of a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reloaded {
    /// Number of products there are now.
    pub(crate) products: usize,
    /// Number of addresses of the pool that are new.
    #[serde(default)]
    pub(crate) new_addresses: usize,
    /// The keys, if another one is sealed to from now on.
    pub(crate) key: Option<KeyChange>,
    /// Warnings about what was probably not meant, and what was refused and replaced.
    pub(crate) warnings: Vec<String>,
    /// The settings that differ from those the shop was opened with: they need a restart.
    pub(crate) needs_restart: Vec<String>,
}

/// Another seller key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyChange {
    /// The fingerprint of before.
    pub(crate) old: String,
    /// The fingerprint from now on.
    pub(crate) new: String,
    /// Number of mails sealed to the old key that are not in the mailbox yet.
    pub(crate) mails_to_old: u64,
}

/// Differences between the open shop and what is on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// The fingerprint of the key that is sealed to.
    pub(crate) sealed_to: String,
    /// The settings that differ: they need a restart.
    pub(crate) needs_restart: Vec<String>,
    /// True if the catalogue shown is the one on the disk.
    pub(crate) same_catalog: bool,
    /// True if the pool's file has the addresses that are offered.
    pub(crate) same_pools: bool,
}

impl QuestionLine {
    /// Makes a question in this version.
    pub(crate) const fn new(ask: Question) -> Self {
        Self { version: VERSION, ask }
    }

    /// Reads a client's line.
    ///
    /// # Errors
    /// The line is no question of this version.
    pub(crate) fn read(line: &[u8]) -> Result<Question, CliError> {
        let asked: Value = serde_json::from_slice(line).unwrap_or_default();
        if asked.get("version").and_then(Value::as_u64) != Some(u64::from(VERSION)) {
            return Err(other_version());
        }
        serde_json::from_value::<Self>(asked).map(|asked| asked.ask).map_err(|_| other_version())
    }
}

impl AnswerLine {
    /// Makes an answer, or the refusal in its place.
    pub(crate) fn new(answer: Result<impl Serialize, CliError>) -> Self {
        let value = answer.and_then(|answer| {
            serde_json::to_value(answer)
                .map_err(|error| CliError::new(Kind::Bug, format!("writing an answer: {error}")))
        });
        let outcome = match value {
            Ok(value) => Outcome::Answer(value),
            Err(error) => Outcome::Refused(Refused {
                what: error.what().to_owned(),
                hint: error.hint_text().map(str::to_owned),
                exit: error.kind().exit_code(),
            }),
        };
        Self { version: VERSION, outcome }
    }

    /// Returns the line, its end included.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// Reads the shop's line.
    ///
    /// # Errors
    /// The refusal, or the line is no answer of this version.
    pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, CliError> {
        let answered: Self = serde_json::from_slice(line).map_err(|_| other_version())?;
        if answered.version != VERSION {
            return Err(other_version());
        }
        match answered.outcome {
            Outcome::Answer(value) => serde_json::from_value(value).map_err(|_| other_version()),
            Outcome::Refused(Refused { what, hint, exit }) => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.exit_code() == exit);
                let error = CliError::new(kind.unwrap_or(Kind::Bug), what);
                Err(match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                })
            }
        }
    }
}

fn other_version() -> CliError {
    CliError::new(Kind::Unavailable, "the open shop is running another version of cryptocart")
        .hint("restart it: press Ctrl-C, then run cryptocart serve")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_of_another_version_is_refused() {
        let line = serde_json::to_vec(&QuestionLine::new(Question::Reload)).unwrap();
        assert_eq!(String::from_utf8_lossy(&line), r#"{"version":1,"ask":"reload"}"#);
        assert_eq!(QuestionLine::read(&line).unwrap(), Question::Reload);
        for line in [
            &b""[..],
            b"[]",
            b"null",
            br#"{"ask":"reload"}"#,
            br#"{"version":2,"ask":"reload"}"#,
            br#"{"version":1,"ask":"something"}"#,
            br#"{"version":1}"#,
            b"\xff\xfe",
        ] {
            let refused = QuestionLine::read(line).unwrap_err();
            assert!(refused.what().contains("another version"), "{line:?}");
        }
    }

    #[test]
    fn refusal_arrives_with_its_words_and_exit_code() {
        let refused = CliError::misconfigured("catalog.json, line 3: no").hint("repair it");
        let line = AnswerLine::new(Err::<(), _>(refused)).line();
        let read = AnswerLine::read::<Reloaded>(&line).unwrap_err();
        assert_eq!(
            (read.what(), read.hint_text()),
            ("catalog.json, line 3: no", Some("repair it"))
        );
        assert_eq!(read.kind().exit_code(), Kind::Misconfigured.exit_code());
        let fine = AnswerLine::new(Ok(Reloaded { products: 3, ..Reloaded::default() })).line();
        assert_eq!(AnswerLine::read::<Reloaded>(&fine).unwrap().products, 3);
        for line in
            [&b"{}"[..], b"", br#"{"version":9,"answer":{}}"#, br#"{"version":1,"answer":{}}"#]
        {
            assert!(AnswerLine::read::<Reloaded>(line).is_err(), "{line:?}");
        }
    }
}
