// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title The terms of one order
/// @notice Everything that decides who gets the money of one order, and when. It is fixed before the buyer
/// pays: the address that the buyer pays to is derived from the hash of it.
/// @dev Times are seconds since 1970, as `block.timestamp`. Amounts are smallest units of the asset. A key
/// that is zero does not exist. The contract cannot know whether an address is right: `refundTo`, `seller`
/// and `attestors` are checked before the payment, by whoever reads the escrow statement.
/// @param chainId The chain the order is paid on. On every other chain the money can only go back.
/// @param seller Address that is paid. Its key is not on any server.
/// @param sellerOp Key of the seller that can ship, refund and dispute, and cannot take money.
/// @param refundTo Address that refunds go to.
/// @param buyerKey Key of the buyer that can release and dispute, or zero.
/// @param arbiter Who can rule when there is a dispute, or zero: then there is no dispute.
/// @param token ERC-20 contract the order is paid in, or zero for Ether.
/// @param price Amount the seller gets. What is paid above it goes back.
/// @param shipBy Last second in which the seller can ship.
/// @param deliverBy Last second in which a delivery can be attested, unless it is extended.
/// @param disputeWindow Seconds between the attestation and the payment in which the buyer can dispute.
/// @param arbiterWindow Seconds that the arbiter has to rule.
/// @param arbiterFeeBps Fee of the arbiter for a ruling, in hundredths of a percent of the price.
/// @param keeperTip Amount for whoever sends the transaction that is due when nobody else acts.
/// @param minMatch Least level at which the parcel must match the order. Bits 0 to 2 are a number: 0 nothing,
/// 1 country, 2 postal area, 3 postal code, 4 reference of the order. Each higher bit is a demand of its
/// own; 8 is a signature on file.
/// @param attestors `keccak256(abi.encode(threshold, addresses))`, addresses ascending.
/// @param releaseHash SHA-256 of the buyer's release secret, or zero.
/// @param order Commitment to what was ordered and where it goes. The contract does not read it.
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

using {idOf, isVoid, reaches} for Terms global;

/// @dev The whole of a price, in the unit of fees and rulings: hundredths of a percent.
uint256 constant WHOLE = 10_000;
/// @dev A keeper's tip is at most one part in so many of the money that is there.
uint256 constant TIP_DIVISOR = 20;
/// @dev Longest time by which attestors can move `deliverBy`.
uint64 constant MAX_EXTENSION = 60 days;

/// @notice Returns the name of an order in the contract: the hash of its terms.
function idOf(Terms calldata terms) pure returns (bytes32) {
    return keccak256(abi.encode(terms));
}

/// @notice Returns true if the terms break a bound. Then the seller can never be paid, and the money can go
/// back at once: a shop cannot talk anybody into an hour to dispute, or an arbiter who takes half.
/// @dev Nothing here changes with time, so an order is void from the beginning or never. The windows are
/// at least a day so that a chain that stands still for hours decides nothing. The last bound on times keeps
/// them in the 40 bits that they are stored in, the second after an extended deadline too.
function isVoid(Terms calldata terms) pure returns (bool) {
    bool isWindowOut = terms.disputeWindow < 1 days || terms.disputeWindow > 30 days;
    bool isArbiterOut = terms.arbiterWindow < 3 days || terms.arbiterWindow > 60 days;
    bool isFeeOut = terms.arbiterFeeBps > WHOLE / 10 || terms.keeperTip > terms.price / TIP_DIVISOR;
    bool isDeadlineOut = terms.deliverBy < terms.shipBy || terms.deliverBy - terms.shipBy > 180 days;
    bool isTimeOut = terms.deliverBy >= type(uint40).max - MAX_EXTENSION;
    bool isUnpaid = terms.seller == address(0) || terms.price == 0;
    return isWindowOut || isArbiterOut || isFeeOut || isDeadlineOut || isTimeOut || isUnpaid;
}

/// @notice Returns true if a parcel that matches at `level` is as good as the terms demand.
/// @dev The number and the demands are compared apart: a signature on file (8) is no substitute for a
/// postal code (3), though 8 is more than 3.
function reaches(Terms calldata terms, uint8 level) pure returns (bool) {
    uint8 demands = terms.minMatch & 0xf8;
    return level & 7 >= terms.minMatch & 7 && level & demands == demands;
}
