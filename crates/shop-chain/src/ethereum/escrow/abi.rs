//! The contract's own declarations, and terms as it takes them.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "the macro writes items; the contract documents them"
)]

use alloy_primitives::{Address, B256, FixedBytes, U256, aliases::U96};
use shop_core::escrow::{self, Account, Hash, Tracking};

alloy_sol_types::sol! {
    struct Terms {
        uint256 chainId;
        address seller;
        address sellerOp;
        address refundTo;
        address buyerKey;
        address arbiter;
        address token;
        uint128 price;
        uint64 shipBy;
        uint64 deliverBy;
        uint32 disputeWindow;
        uint32 arbiterWindow;
        uint16 arbiterFeeBps;
        uint96 keeperTip;
        uint8 minMatch;
        bytes32 attestors;
        bytes32 releaseHash;
        bytes32 order;
    }

    struct Report {
        uint8 index;
        uint64 acceptedAt;
        uint64 deliveredAt;
        uint8 matchLevel;
        bytes32 evidence;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    struct AttestorSignature {
        uint8 index;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    struct State {
        uint8 status;
        uint40 shippedAt;
        uint40 until;
        bytes21 tracking;
    }

    function idOf(Terms terms) returns (bytes32);
    function vaultOf(bytes32 id) returns (address);
    function stateOf(bytes32 id) returns (State);
    function owed(bytes32 id, address token, address payee) returns (uint256);
    function ship(Terms terms, bytes21 tracking, bytes signature);
    function attest(Terms terms, uint8 threshold, address[] attestors, Report[] reports);
    function extend(
        Terms terms, uint64 until, uint8 threshold, address[] attestors, AttestorSignature[] signatures
    );
    function dispute(Terms terms, address by, bytes signature);
    function refundLate(Terms terms);
    function finalize(Terms terms);
    function rule(Terms terms, uint256 buyerBps, bytes signature);
    function arbiterTimeout(Terms terms);
    function release(Terms terms, bytes proof);
    function refund(Terms terms, bytes signature);
    function pull(Terms terms, address token, address payee, address to);
    function sweep(Terms terms, address token);

    event Shipped(bytes32 indexed id, bytes21 tracking);
    event Extended(bytes32 indexed id, uint256 until);
    event Delivered(bytes32 indexed id, uint256 until);
    event Disputed(bytes32 indexed id, address by, uint256 until);
    event Closed(
        bytes32 indexed id, uint8 ending, uint256 toSeller, uint256 toBuyer, uint256 fee, uint256 tip
    );
    event Owed(bytes32 indexed id, address token, address payee, uint256 amount);
    event Pulled(bytes32 indexed id, address token, address payee, address to, uint256 amount);
    event Swept(bytes32 indexed id, address token, uint256 amount);
}

/// Messages that are signed. Their names are signed too, and two are also names of events.
pub mod message {
    alloy_sol_types::sol! {
        struct Act {
            bytes32 id;
            string action;
            uint256 arg;
        }

        struct Extend {
            bytes32 id;
            uint64 until;
        }

        struct Delivered {
            bytes32 id;
            bytes32 tracking;
            uint64 acceptedAt;
            uint64 deliveredAt;
            uint8 matchLevel;
            bytes32 evidence;
        }
    }
}

pub(super) fn terms(terms: &escrow::Terms) -> Terms {
    Terms {
        chainId: U256::from(terms.chain_id),
        seller: address(terms.seller),
        sellerOp: address(terms.operator),
        refundTo: address(terms.refund_to),
        buyerKey: address_or_zero(terms.buyer_key),
        arbiter: address_or_zero(terms.arbiter),
        token: address_or_zero(terms.token),
        price: terms.price,
        shipBy: terms.ship_by.0,
        deliverBy: terms.deliver_by.0,
        disputeWindow: terms.dispute_window,
        arbiterWindow: terms.arbiter_window,
        arbiterFeeBps: terms.arbiter_fee_bps,
        keeperTip: U96::saturating_from(terms.keeper_tip),
        minMatch: terms.min_match.0,
        attestors: word(terms.attestors),
        releaseHash: terms.release_hash.map_or(B256::ZERO, word),
        order: word(terms.order),
    }
}

pub(super) fn address(account: Account) -> Address {
    Address::from(account.0)
}

pub(super) fn address_or_zero(account: Option<Account>) -> Address {
    account.map_or(Address::ZERO, address)
}

pub(super) fn account(address: Address) -> Account {
    Account(address.into_array())
}

pub(super) fn word(hash: Hash) -> B256 {
    B256::from(hash.0)
}

pub(super) fn hash(word: B256) -> Hash {
    Hash(word.0)
}

pub(super) fn tracking(bytes: FixedBytes<21>) -> Tracking {
    Tracking(bytes.0)
}

/// Returns an amount of the contract. One that does not fit is the greatest.
pub(super) fn amount(amount: U256) -> u128 {
    amount.saturating_to()
}

/// Returns a time of the contract. One that does not fit is the last.
pub(super) fn seconds(time: U256) -> shop_core::time::UnixTime {
    shop_core::time::UnixTime(time.saturating_to())
}
