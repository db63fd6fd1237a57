//! Escrow, checked: keys, parties, payout addresses, times and limits.

use super::{ChainPlan, Source, key};
use crate::{
    config::{
        Config,
        escrow::{Escrow, Party},
    },
    error::CliError,
    files,
    shop_dir::ShopDir,
};
use shop_chain::ethereum::escrow::{
    PINNED, account_of, attestors_hash, checksum, is_signed_by, parse_account, payout_digest,
};
use shop_core::{
    chain::ChainId,
    escrow::{
        Account, AttestorSet, AttestorSetError, Hash, MatchLevel, NamedParty, PayoutSignature,
        Terms, VoidReason,
    },
    money::{Amount, AssetId},
    time::UnixTime,
};
use std::collections::HashSet;

/// Everything that is needed to offer escrow.
#[derive(Clone, Debug)]
pub(crate) struct EscrowPlan {
    /// Coin that orders in escrow are paid in.
    pub(crate) asset: AssetId,
    /// Number of its network.
    pub(crate) network: u64,
    pub(crate) contract: Account,
    pub(crate) shop_key: Account,
    pub(crate) operator: Account,
    /// Payout addresses that the shop key signed, in the sequence in which they are given.
    pub(crate) payouts: Vec<PayoutSignature>,
    pub(crate) attestors: AttestorSet,
    pub(crate) attestors_hash: Hash,
    /// The attestors with their names.
    pub(crate) named: Vec<NamedParty>,
    pub(crate) arbiter: Option<NamedParty>,
    pub(crate) arbiter_fee_bps: u16,
    pub(crate) ship_hours: u64,
    pub(crate) deliver_hours: u64,
    pub(crate) dispute_window: u32,
    pub(crate) arbiter_window: u32,
    pub(crate) min_match: MatchLevel,
    /// Greatest tip, which a small price lowers.
    pub(crate) keeper_tip: Amount,
    /// Least total that escrow is offered for.
    pub(crate) from: Amount,
    /// Greatest total that escrow is offered for.
    pub(crate) most: Amount,
}

const DAY: u64 = 86_400;
/// Largest file of payout addresses.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;
/// Longest time to ship, in days: a buyer's money waits so long with a seller who does
/// nothing.
const MOST_SHIP_DAYS: u64 = 30;

/// Reads the section; none if escrow is off, or the shop is not paid on its chain.
pub(super) fn escrow(
    dir: &ShopDir,
    config: &Config,
    payments: &[ChainPlan],
) -> Result<Option<EscrowPlan>, CliError> {
    let section = &config.escrow;
    if !section.enabled {
        return Ok(None);
    }
    let chain = ChainId::parse(section.chain.trim());
    let known = chain
        .filter(|chain| *chain == AssetId::ETH.chain())
        .ok_or_else(|| refuse("chain", "the contract is on no such chain", "write \"ethereum\""))?;
    let plan = Reading { dir, section }.plan(AssetId::ETH)?;
    plan.refuse_paid_directly(payments)?;
    let paid_on = payments.iter().find(|plan| plan.chain == known);
    Ok(paid_on.map(|chain| EscrowPlan { network: chain.network, ..plan }))
}

/// Returns the payout addresses of the file that the section names, also while escrow is off.
/// Nothing is offered by them, so what cannot be read is left out.
pub(super) fn named_payouts(dir: &ShopDir, config: &Config) -> Vec<Account> {
    let name = config.escrow.payouts.trim();
    if name.is_empty() {
        return Vec::new();
    }
    let text = files::read_text(&dir.resolve(name), LARGEST_FILE).unwrap_or_default();
    let lines = text.lines().filter_map(|line| PayoutSignature::parse(line.trim()).ok());
    lines.map(|payout| payout.seller).collect()
}

struct Reading<'a> {
    dir: &'a ShopDir,
    section: &'a Escrow,
}

impl Reading<'_> {
    fn plan(&self, asset: AssetId) -> Result<EscrowPlan, CliError> {
        let section = self.section;
        let shop_key = address("key", &section.key, "the address of your shop key")?;
        let operator = address("operator", &section.operator, "the address of your operator key")?;
        let named = section.attestors.iter().map(|it| party("attestors", it));
        let named = named.collect::<Result<Vec<_>, _>>()?;
        let accounts = named.iter().map(|party| party.account).collect();
        let attestors = AttestorSet::new(section.threshold, accounts).map_err(|error| {
            let hint = "list three attestors of different operators, and threshold = 2";
            let what = match error {
                AttestorSetError::Twice(account) => {
                    format!("the attestor {} is named twice", checksum(account))
                }
                other => other.to_string(),
            };
            refuse("attestors", &what, hint)
        })?;
        let arbiter = Some(&section.arbiter).filter(|party| !party.address.trim().is_empty());
        let arbiter = arbiter.map(|it| party("arbiter", it)).transpose()?;
        let amount = |name: &str, nano: u64| {
            Amount::from_price_list(asset, nano)
                .map_err(|error| refuse(name, &error.to_string(), "use a smaller number"))
        };
        let plan = EscrowPlan {
            asset,
            network: 0,
            contract: self.contract()?,
            shop_key,
            operator,
            payouts: self.payouts(shop_key)?,
            attestors_hash: attestors_hash(&attestors),
            attestors,
            named,
            arbiter,
            arbiter_fee_bps: section.arbiter_fee,
            ship_hours: self.ship_hours()?,
            deliver_hours: section.deliver_days.saturating_mul(24),
            dispute_window: seconds(section.dispute_days),
            arbiter_window: seconds(section.arbiter_days),
            min_match: self.min_match()?,
            keeper_tip: amount("keeper_tip", section.keeper_tip)?,
            from: amount("from", section.from)?,
            most: amount("most", section.most)?,
        };
        if plan.from.units() > plan.most.units() || plan.most.is_zero() {
            return Err(refuse("most", "it is below from", "use a larger number"));
        }
        if plan.keeper_tip.units() > Terms::MOST_TIP {
            return Err(refuse("keeper_tip", "it is too large", "the default is 1000000"));
        }
        plan.refuse_void()?;
        plan.refuse_same_party()?;
        Ok(plan)
    }

    fn contract(&self) -> Result<Account, CliError> {
        let text = self.section.contract.trim();
        if text.is_empty() {
            return Ok(PINNED.contract);
        }
        let contract = address("contract", text, "")?;
        if contract != PINNED.contract {
            let what = "this program knows no contract there, and would send buyers' money to it";
            let hint = format!("leave it empty, or write {}", checksum(PINNED.contract));
            return Err(refuse("contract", what, &hint));
        }
        Ok(contract)
    }

    fn ship_hours(&self) -> Result<u64, CliError> {
        match self.section.ship_days {
            0 => Err(refuse("ship_days", "it is 0", "use 1 or more days")),
            days if days > MOST_SHIP_DAYS => {
                let hint = format!("the maximum is {MOST_SHIP_DAYS}");
                Err(refuse("ship_days", "it is too long for a buyer to wait", &hint))
            }
            days => Ok(days * 24),
        }
    }

    fn min_match(&self) -> Result<MatchLevel, CliError> {
        let text = self.section.parcel_must_match.trim();
        let (level, signature) = match text.strip_suffix(" and signature") {
            Some(level) => (level, MatchLevel::SIGNATURE),
            None => (text, 0),
        };
        let level = match level {
            "nothing" => MatchLevel::NOTHING,
            "country" => MatchLevel::COUNTRY,
            "postal area" => MatchLevel::POSTAL_AREA,
            "postal code" => MatchLevel::POSTAL_CODE,
            "reference" => MatchLevel::REFERENCE,
            _ => {
                let hint = "write \"postal code\", or \"postal code and signature\"";
                return Err(refuse("parcel_must_match", "it is none of the levels", hint));
            }
        };
        Ok(MatchLevel(level.0 | signature))
    }

    /// Reads the payout addresses, one a line with its signature; blank lines and `#` lines are
    /// skipped. Each signature is checked: a buyer's program refuses a statement with another
    /// one.
    fn payouts(&self, shop_key: Account) -> Result<Vec<PayoutSignature>, CliError> {
        let name = self.section.payouts.trim();
        if name.is_empty() {
            let hint = "name the file that `cryptocart escrow payouts` wrote at home";
            return Err(refuse("payouts", "there are no payout addresses", hint));
        }
        let text = files::read_text(&self.dir.resolve(name), LARGEST_FILE)?;
        let mut seen = HashSet::new();
        let mut payouts = Vec::new();
        for (n, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let at = |what: &str, hint: &str| {
                refuse("payouts", &format!("{name} line {n} {what}"), hint)
            };
            let hint = "copy the file from home again, whole";
            let payout = PayoutSignature::parse(line)
                .map_err(|error| at(&format!("cannot be read: {error}"), hint))?;
            if !is_signed_by(shop_key, payout_digest(payout.seller), &payout.signature) {
                let hint = "escrow.key must be the shop key that signed this file at home";
                return Err(at("is not signed by your shop key", hint));
            }
            if !seen.insert(payout.seller) {
                return Err(at("repeats an address", "each address is used once: remove one"));
            }
            payouts.push(payout);
        }
        if payouts.is_empty() {
            return Err(refuse(
                "payouts",
                &format!("{name} has no payout address"),
                "make some at home: cryptocart escrow payouts",
            ));
        }
        Ok(payouts)
    }
}

impl EscrowPlan {
    /// Returns the hours that a time in seconds has.
    pub(crate) const fn hours(seconds: u32) -> u64 {
        seconds as u64 / 3600
    }

    /// Returns the tip of an order with this price: never more than the contract allows.
    pub(crate) fn tip(&self, price: Amount) -> u128 {
        self.keeper_tip.units().min(price.units() / Terms::TIP_DIVISOR)
    }

    /// Returns true if an address is one of the seller's, of an attestor, of the arbiter or of
    /// the contract, so that it is not the buyer's.
    pub(crate) fn is_known(&self, account: Account) -> bool {
        let arbiter = self.arbiter.as_ref().map(|party| party.account);
        [Some(self.contract), Some(self.shop_key), Some(self.operator), arbiter]
            .contains(&Some(account))
            || self.attestors.index_of(account).is_some()
            || self.payouts.iter().any(|payout| payout.seller == account)
    }

    /// Refuses times and fees with which the contract would pay no seller.
    fn refuse_void(&self) -> Result<(), CliError> {
        let ship_by = UnixTime(0);
        let terms = Terms {
            chain_id: 0,
            seller: self.shop_key,
            operator: self.operator,
            refund_to: self.shop_key,
            buyer_key: None,
            arbiter: self.arbiter.as_ref().map(|party| party.account),
            token: None,
            price: self.most.units(),
            ship_by,
            deliver_by: ship_by.plus_seconds(self.deliver_hours.saturating_mul(3600)),
            dispute_window: self.dispute_window,
            arbiter_window: self.arbiter_window,
            arbiter_fee_bps: self.arbiter_fee_bps,
            keeper_tip: self.tip(self.most),
            min_match: self.min_match,
            attestors: self.attestors_hash,
            release_hash: None,
            order: Hash([0; 32]),
        };
        let Some(reason) = terms.void_reasons().into_iter().next() else { return Ok(()) };
        let name = match reason {
            VoidReason::DisputeWindow => "dispute_days",
            VoidReason::ArbiterWindow => "arbiter_days",
            VoidReason::ArbiterFee => "arbiter_fee",
            _ => "deliver_days",
        };
        let what = format!("the contract would never pay you: {reason}");
        Err(refuse(name, &what, "keep within these limits, or delete the key for its default"))
    }

    /// Refuses a payout address that orders without escrow are paid to: it would be given twice.
    fn refuse_paid_directly(&self, payments: &[ChainPlan]) -> Result<(), CliError> {
        let taken = payments.iter().flat_map(|chain| &chain.assets);
        let direct: HashSet<Account> = taken
            .flat_map(|taken| match &taken.source {
                Source::Wallet(pay_to) => std::slice::from_ref(pay_to),
                Source::Pool(pool) => pool.as_slice(),
                Source::Unopened => &[],
            })
            .filter_map(account_of)
            .collect();
        let all = self.payouts.iter().map(|payout| payout.seller);
        match all.into_iter().find(|payout| direct.contains(payout)) {
            Some(payout) => {
                let what = format!("{} is a wallet or in a pool, too", checksum(payout));
                let hint =
                    "use payout addresses of an escrow home, and other ones for direct payments";
                Err(refuse("payouts", &what, hint))
            }
            None => Ok(()),
        }
    }

    /// Refuses one party in two roles: who checks a statement is told not to pay then.
    fn refuse_same_party(&self) -> Result<(), CliError> {
        let mut seen = HashSet::from([self.shop_key, self.contract]);
        let arbiter = self.arbiter.iter().map(|party| ("arbiter", party.account));
        let attestors = self.attestors.accounts().iter().map(|account| ("attestors", *account));
        let payouts = self.payouts.iter().map(|payout| ("payouts", payout.seller));
        let all = std::iter::once(("operator", self.operator));
        for (name, account) in all.chain(arbiter).chain(attestors).chain(payouts) {
            if !seen.insert(account) {
                let what = format!("{} has two roles in escrow", checksum(account));
                let hint = "seller, attestors and arbiter must be different parties, each with its own key";
                return Err(refuse(name, &what, hint));
            }
        }
        Ok(())
    }
}

fn seconds(days: u64) -> u32 {
    u32::try_from(days.saturating_mul(DAY)).unwrap_or(u32::MAX)
}

fn party(name: &str, party: &Party) -> Result<NamedParty, CliError> {
    let account = address(name, &party.address, "the address of its key")?;
    let onion = party.onion.trim().to_ascii_lowercase();
    if !onion.is_empty() && !is_onion(&onion) {
        let hint = "write its 56 letters and digits and .onion, without http://";
        return Err(refuse(name, &format!("{onion:?} is not an onion address"), hint));
    }
    Ok(NamedParty {
        account,
        name: shop_core::text::line(&party.name),
        onion: Some(onion).filter(|onion| !onion.is_empty()),
    })
}

fn is_onion(text: &str) -> bool {
    let is_base32 = |byte: u8| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte);
    let name = text.strip_suffix(".onion");
    name.is_some_and(|name| name.len() == 56 && name.bytes().all(is_base32))
}

fn address(name: &str, text: &str, meaning: &str) -> Result<Account, CliError> {
    if text.trim().is_empty() {
        return Err(refuse(name, "it is empty", &format!("write {meaning}: 0x and 40 digits")));
    }
    parse_account(text).map_err(|error| {
        refuse(name, &format!("{:?}: {error}", text.trim()), "copy the address again")
    })
}

fn refuse(name: &str, what: &str, hint: &str) -> CliError {
    key(&format!("escrow.{name}"), what, hint)
}

#[cfg(test)]
pub(crate) mod tests;
