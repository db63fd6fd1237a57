//! Warnings, each with its weight and its words.

use crate::escrow::{Account, Hash, VoidReason};

/// Weight of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know. Nothing speaks against paying.
    Note,
    /// A risk that the buyer may take with open eyes.
    Caution,
    /// Money that is paid here is lost or goes to somebody else.
    Danger,
}

/// Something that a checker should know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The id is not the hash of the terms.
    #[error("The id does not belong to these terms: somebody changed one of them.")]
    WrongId,
    /// The vault does not follow from contract and terms.
    #[error("The vault {0} is not the address of this order. Do not pay to it.")]
    WrongVault(Account),
    /// The attestors are not those of the terms.
    #[error("The attestors in the list are not those of the terms.")]
    WrongAttestors,
    /// Part 2 is not what the terms commit to.
    #[error(
        "The goods in part 2 are not those of the terms: an arbiter could not tell what was ordered."
    )]
    WrongOrder,
    /// The contract is none that this program knows.
    #[error(
        "The contract {0} is not the escrow contract that this program knows. Money sent there may be lost."
    )]
    UnknownContract(Account),
    /// The terms break a bound.
    #[error("The seller can never be paid by these terms: {0}.")]
    Void(VoidReason),
    /// The payout address is not signed by the shop key in the statement.
    #[error(
        "The shop key did not sign the payout address: the shop's server may be in strange hands."
    )]
    PayoutNotSigned,
    /// The shop key is another one than the buyer knows.
    #[error(
        "The shop key {0} is not the one that you gave: this is another shop, or its server is in strange hands."
    )]
    OtherShopKey(Account),
    /// Nobody said which shop key is right.
    #[error(
        "Nobody compared the shop key {0}. Compare it with one that you have from elsewhere than this shop's page, such as an earlier order."
    )]
    ShopKeyUnchecked(Account),
    /// The sentences are not those that follow from the values.
    #[error(
        "The sentences in this statement are not those that follow from its values. Believe the ones printed here."
    )]
    OtherSentences,
    /// Refunds would burn.
    #[error("Refunds go to the address zero: nobody could get them.")]
    RefundToNobody,
    /// Refunds go to another party.
    #[error("Refunds go to the {0}, not to the buyer.")]
    RefundToParty(Role),
    /// Refunds do not go where the buyer said.
    #[error("Refunds go to {0}, which is not the address that you gave.")]
    OtherRefund(Account),
    /// Nobody said which refund address is right.
    #[error(
        "Refunds go to {0}. Make sure that it is yours, and not an exchange's: an exchange may not see a refund by a contract."
    )]
    RefundUnchecked(Account),
    /// The wallet key is not the one that the buyer gave.
    #[error(
        "The buyer's key {0} is not the one that you gave. Whoever has it can pay the seller at once."
    )]
    OtherBuyerKey(Account),
    /// Nobody said which wallet key is right.
    #[error("The buyer's key {0} can pay the seller at once. Make sure that it is yours.")]
    BuyerKeyUnchecked(Account),
    /// The buyer gave a wallet key, and there is none.
    #[error(
        "The buyer's key that you gave is not in the terms: you could not dispute or release by it."
    )]
    NoBuyerKey,
    /// The buyer gave a hash, and there is none.
    #[error(
        "The release secret's hash that you gave is not in the terms: you could not release by it."
    )]
    NoReleaseHash,
    /// The release hash is not the one that the buyer gave.
    #[error(
        "The hash of the release secret is not the one that you gave. Whoever knows the secret can pay the seller at once."
    )]
    OtherReleaseHash,
    /// Nobody said which release hash is right.
    #[error(
        "A release secret pays the seller at once. Make sure that its hash {0} is yours, and that you use it for this order alone."
    )]
    ReleaseHashUnchecked(Hash),
    /// One key has two roles.
    #[error("The {0} and the {1} are the same party ({2}).")]
    SameParty(Role, Role, Account),
    /// The contract or the vault is a party.
    #[error("The {0} is the contract or the vault itself: money sent there is lost.")]
    PartyIsContract(Role),
    /// The shipping deadline has passed.
    #[error(
        "The time to ship is over. The seller can never be paid; money sent now only comes back."
    )]
    ShipByPassed,
    /// The shipping deadline is far away.
    #[error("The seller has {0} days to ship. The money waits as long.")]
    ShipByFar(u64),
    /// The delivery deadline is far away.
    #[error("The delivery may take {0} days after the shipping deadline. The money waits as long.")]
    DeliverByFar(u64),
    /// The time to dispute is short.
    #[error("After the delivery is reported there are only {0} hours to dispute.")]
    DisputeWindowShort(u64),
    /// The time of the arbiter is short.
    #[error("The arbiter has only {0} hours to rule.")]
    ArbiterWindowShort(u64),
    /// One attestor is enough.
    #[error("One attestor alone can report the delivery.")]
    ThresholdOne,
    /// An attestor is not on the list.
    #[error("The attestor {0} is not on your list.")]
    UnknownAttestor(Account),
    /// As many unknown attestors as the threshold demands.
    #[error(
        "Attestors that are not on your list are enough to report a delivery: the seller could be all of them."
    )]
    UnknownAttestorsSuffice,
    /// There is no list of attestors.
    #[error("Nobody compared the attestors with a list. The seller could be all of them.")]
    AttestorsUnchecked,
    /// The arbiter is not on the list.
    #[error("The arbiter {0} is not on your list.")]
    UnknownArbiter(Account),
    /// There is no list of arbiters.
    #[error("Nobody compared the arbiter {0} with a list. The seller could be the arbiter.")]
    ArbiterUnchecked(Account),
    /// There is no arbiter.
    #[error(
        "There is no arbiter: nobody can dispute, and a wrong or empty parcel counts as delivered."
    )]
    NoArbiter,
    /// The parcel need not match the address.
    #[error("A parcel to any postal code counts as this order's delivery.")]
    WeakMatch,
    /// No parcel matches.
    #[error("No parcel can match as these terms demand: no delivery can ever be reported.")]
    ImpossibleMatch,
    /// Nobody can ship.
    #[error("There is no operator key: nobody can ship, so the money only comes back.")]
    NoOperator,
    /// The price is above the limit.
    #[error(
        "The price is above the limit for a contract that nobody outside the project has audited."
    )]
    PriceAboveLimit,
    /// The order is paid in a token.
    #[error(
        "The order is paid in the token {0}. Its issuer can block the money in the vault, and then it is lost."
    )]
    Token(Account),
    /// There is a tip.
    #[error(
        "Whoever sends a transaction that is due gets a tip from the money, at most a twentieth of it."
    )]
    KeeperTip,
}

/// Role of a party in the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Role {
    /// The payout address.
    #[error("payout address")]
    Seller,
    /// The operator key.
    #[error("operator key")]
    Operator,
    /// The refund address.
    #[error("refund address")]
    Refund,
    /// The buyer's key.
    #[error("buyer's key")]
    Buyer,
    /// The arbiter.
    #[error("arbiter")]
    Arbiter,
    /// An attestor.
    #[error("attestor")]
    Attestor,
    /// The shop key.
    #[error("shop key")]
    Shop,
}

impl Warning {
    /// Returns the words, with each address as `spell` writes it: for people with its checksum.
    #[must_use]
    pub fn words(&self, spell: impl Fn(Account) -> String) -> String {
        let words = self.to_string();
        match self.account() {
            Some(account) => words.replace(&account.to_string(), &spell(account)),
            None => words,
        }
    }

    /// Returns the address that the words name.
    const fn account(&self) -> Option<Account> {
        match self {
            Self::WrongVault(account)
            | Self::UnknownContract(account)
            | Self::OtherShopKey(account)
            | Self::ShopKeyUnchecked(account)
            | Self::OtherRefund(account)
            | Self::RefundUnchecked(account)
            | Self::OtherBuyerKey(account)
            | Self::BuyerKeyUnchecked(account)
            | Self::SameParty(_, _, account)
            | Self::UnknownAttestor(account)
            | Self::UnknownArbiter(account)
            | Self::ArbiterUnchecked(account)
            | Self::Token(account) => Some(*account),
            _ => None,
        }
    }

    /// Returns the name for programs. Names stay.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongId => "wrong-id",
            Self::WrongVault(_) => "wrong-vault",
            Self::WrongAttestors => "wrong-attestors",
            Self::WrongOrder => "wrong-order",
            Self::UnknownContract(_) => "unknown-contract",
            Self::Void(_) => "void",
            Self::PayoutNotSigned => "payout-not-signed",
            Self::OtherShopKey(_) => "other-shop-key",
            Self::ShopKeyUnchecked(_) => "shop-key-unchecked",
            Self::OtherSentences => "other-sentences",
            Self::RefundToNobody => "refund-to-nobody",
            Self::RefundToParty(_) => "refund-to-party",
            Self::OtherRefund(_) => "other-refund",
            Self::RefundUnchecked(_) => "refund-unchecked",
            Self::OtherBuyerKey(_) => "other-buyer-key",
            Self::BuyerKeyUnchecked(_) => "buyer-key-unchecked",
            Self::NoBuyerKey => "no-buyer-key",
            Self::NoReleaseHash => "no-release-hash",
            Self::OtherReleaseHash => "other-release-hash",
            Self::ReleaseHashUnchecked(_) => "release-hash-unchecked",
            Self::SameParty(..) => "same-party",
            Self::PartyIsContract(_) => "party-is-contract",
            Self::ShipByPassed => "ship-by-passed",
            Self::ShipByFar(_) => "ship-by-far",
            Self::DeliverByFar(_) => "deliver-by-far",
            Self::DisputeWindowShort(_) => "dispute-window-short",
            Self::ArbiterWindowShort(_) => "arbiter-window-short",
            Self::ThresholdOne => "threshold-one",
            Self::UnknownAttestor(_) => "unknown-attestor",
            Self::UnknownAttestorsSuffice => "unknown-attestors-suffice",
            Self::AttestorsUnchecked => "attestors-unchecked",
            Self::UnknownArbiter(_) => "unknown-arbiter",
            Self::ArbiterUnchecked(_) => "arbiter-unchecked",
            Self::NoArbiter => "no-arbiter",
            Self::WeakMatch => "weak-match",
            Self::ImpossibleMatch => "impossible-match",
            Self::NoOperator => "no-operator",
            Self::PriceAboveLimit => "price-above-limit",
            Self::Token(_) => "token",
            Self::KeeperTip => "keeper-tip",
        }
    }

    /// Returns the weight.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::WrongId
            | Self::WrongVault(_)
            | Self::WrongAttestors
            | Self::WrongOrder
            | Self::UnknownContract(_)
            | Self::Void(_)
            | Self::PayoutNotSigned
            | Self::OtherShopKey(_)
            | Self::OtherSentences
            | Self::RefundToNobody
            | Self::RefundToParty(_)
            | Self::OtherRefund(_)
            | Self::OtherBuyerKey(_)
            | Self::OtherReleaseHash
            | Self::NoBuyerKey
            | Self::NoReleaseHash
            | Self::SameParty(..)
            | Self::PartyIsContract(_)
            | Self::ShipByPassed
            | Self::UnknownAttestorsSuffice => Severity::Danger,
            Self::ShopKeyUnchecked(_)
            | Self::RefundUnchecked(_)
            | Self::BuyerKeyUnchecked(_)
            | Self::ReleaseHashUnchecked(_)
            | Self::ShipByFar(_)
            | Self::DeliverByFar(_)
            | Self::DisputeWindowShort(_)
            | Self::ArbiterWindowShort(_)
            | Self::ThresholdOne
            | Self::UnknownAttestor(_)
            | Self::AttestorsUnchecked
            | Self::UnknownArbiter(_)
            | Self::ArbiterUnchecked(_)
            | Self::NoArbiter
            | Self::WeakMatch
            | Self::ImpossibleMatch
            | Self::NoOperator
            | Self::PriceAboveLimit
            | Self::Token(_) => Severity::Caution,
            Self::KeeperTip => Severity::Note,
        }
    }
}
