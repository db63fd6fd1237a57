//! Decisions of the arbiter: signed at home, published by the service, sent by anybody.

use crate::{error::CliError, files};
use serde::{Deserialize, Serialize};
use shop_chain::ethereum::escrow::{Act, Call, Domain, Key, act_digest, is_signed_by, recompute};
use shop_core::escrow::{Account, Hash, ParsedStatement, Signature, Statement, Terms};
use std::path::Path;

/// Decision that the arbiter signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    /// The time to rule begins; the money stays where it is.
    Dispute,
    /// The price is divided. The share is the buyer's, in hundredths of a percent.
    Rule {
        /// At most 10,000.
        buyer_bps: u16,
    },
}

/// A decision with its signature, as a file. It has nothing that the chain will not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedDecision {
    /// Version of the form: 1.
    pub(crate) version: u8,
    /// Number of the chain (EIP-155).
    pub(crate) chain_id: u64,
    /// The escrow contract, to which the transaction goes.
    pub(crate) contract: Account,
    /// Order.
    pub(crate) id: Hash,
    /// The decision.
    pub(crate) decision: Decision,
    /// The arbiter.
    pub(crate) arbiter: Account,
    /// Its signature.
    pub(crate) signature: Signature,
    /// Data of the transaction, as `0x` and digits.
    pub(crate) data: String,
    /// Reasons, in words for both sides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reasons: String,
}

/// Most bytes of the reasons.
const LONGEST_REASONS: usize = 20_000;
/// Largest file of a decision, in bytes.
const LARGEST: u64 = 128 << 10;

impl Decision {
    const fn act(self) -> Act {
        match self {
            Self::Dispute => Act::Dispute,
            Self::Rule { buyer_bps } => Act::Rule { buyer_bps },
        }
    }

    fn data(self, terms: &Terms, arbiter: Account, signature: Signature) -> String {
        let signature = Some(signature);
        let call = match self {
            Self::Dispute => Call::Dispute { by: arbiter, signature },
            Self::Rule { buyer_bps } => Call::Rule { buyer_bps, signature },
        };
        let digits = call.encode(terms).into_iter().map(|byte| format!("{byte:02x}"));
        format!("0x{}", digits.collect::<String>())
    }
}

/// Reads a share such as `60%`, `60` or `33.33%`, as hundredths of a percent.
pub(crate) fn parse_share(text: &str) -> Result<u16, String> {
    const WRONG: &str = "write a share from 0% to 100%, with two decimals at most, such as 60%";
    let text = text.trim();
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = (1..=3).contains(&whole.len()) && is_digits(whole);
    if !is_number || part.len() > 2 || !is_digits(part) || (number.contains('.') && part.is_empty())
    {
        return Err(WRONG.to_owned());
    }
    let whole: u16 = whole.parse().map_err(|_| WRONG)?;
    let part: u16 = format!("{part:0<2}").parse().map_err(|_| WRONG)?;
    let share = whole * 100 + part;
    if share > Terms::WHOLE_BPS { Err(WRONG.to_owned()) } else { Ok(share) }
}

/// Writes a share as a percentage.
pub(crate) fn share_text(bps: u16) -> String {
    match (bps / 100, bps % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, part) => format!("{whole}.{part:02}%"),
    }
}

impl SignedDecision {
    /// Signs a decision about the order of a statement.
    ///
    /// # Errors
    /// The statement is not sound, or names another arbiter.
    pub(crate) fn sign(
        parsed: &ParsedStatement,
        key: &Key,
        decision: Decision,
        reasons: String,
    ) -> Result<Self, CliError> {
        let statement = &parsed.statement;
        // Only this: that nobody should pay any more is no reason not to rule on what was paid.
        if is_forged(statement) {
            let what = "the statement was changed: its hashes do not follow from its terms";
            return Err(CliError::input(what).hint("check it: cryptocart verify STATEMENT"));
        }
        let arbiter = key.account();
        if statement.terms.arbiter != Some(arbiter) {
            let what = "the statement names another arbiter: this key cannot rule";
            return Err(CliError::input(what).hint("name the file of the right key with --key"));
        }
        if reasons.len() > LONGEST_REASONS {
            let what = format!("the reasons are longer than {LONGEST_REASONS} bytes");
            return Err(CliError::input(what).hint("shorten them: both sides read them on a page"));
        }
        let domain = Domain { chain_id: statement.terms.chain_id, contract: statement.contract };
        let signature = key.sign(act_digest(domain, statement.id, decision.act()));
        Ok(Self {
            version: 1,
            chain_id: domain.chain_id,
            contract: domain.contract,
            id: statement.id,
            decision,
            arbiter,
            signature,
            data: decision.data(&statement.terms, arbiter, signature),
            reasons,
        })
    }

    /// Reads a decision from a file.
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let text = files::read_text(path, LARGEST)?;
        let wrong = |why| CliError::input(format!("{} is no decision: {why}", path.display()));
        serde_json::from_str(&text).map_err(wrong)
    }

    /// Returns true if it is what this arbiter signed about the order of this statement.
    pub(crate) fn is_of(&self, statement: &Statement, arbiter: Account) -> bool {
        let domain = Domain { chain_id: statement.terms.chain_id, contract: statement.contract };
        let digest = act_digest(domain, statement.id, self.decision.act());
        self.version == 1
            && (self.chain_id, self.contract) == (domain.chain_id, domain.contract)
            && self.id == statement.id
            && self.arbiter == arbiter
            && is_signed_by(arbiter, digest, &self.signature)
            && self.data == self.decision.data(&statement.terms, arbiter, self.signature)
    }

    /// Returns the name of its file.
    pub(crate) fn file_name(&self) -> String {
        let act = match self.decision {
            Decision::Dispute => "dispute",
            Decision::Rule { .. } => "ruling",
        };
        format!("{act}-{}.json", self.id)
    }
}

/// Returns true if hashes or addresses of a statement are not those of its terms.
pub(super) fn is_forged(statement: &Statement) -> bool {
    let computed = recompute(statement);
    computed.id != statement.id
        || computed.vault != statement.vault
        || computed.attestors != statement.terms.attestors
        || computed.order.is_some_and(|order| order != statement.terms.order)
}
