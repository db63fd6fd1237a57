// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {MAX_EXTENSION, TIP_DIVISOR, Terms, WHOLE} from "./Terms.sol";
import {Payments} from "./Payments.sol";
import {Signatures} from "./Signatures.sol";
import {TypedData} from "./TypedData.sol";

/// @title Holds the money of orders until the carrier reports delivery
/// @notice One contract for all shops. It has no owner, takes no fee, and cannot be changed or stopped. Each
/// order has terms (`Terms`) and an address derived from them (`vaultOf`) that the buyer pays to. The money
/// goes to the seller, back to the buyer, or is divided by the arbiter, in exactly one ending, and in every
/// state some ending comes without anybody's help but time.
/// @dev Rows are those of the state table in contracts/README.md. A deadline lets either what comes before it
/// or what comes after it, never both, so the order of transactions in a block decides nothing.
contract Escrow is Payments, TypedData {
    using Signatures for address;

    /// @notice State of an order. An order that the contract never heard of is open.
    enum Status {
        Open,
        Shipped,
        Delivered,
        Disputed,
        DisputedDelivered,
        Closed
    }

    /// @notice How an order ended.
    enum Ending {
        Expired,
        Finalized,
        Ruled,
        ArbiterSilent,
        Released,
        Refunded
    }

    /// @notice All that is stored of an open order, in one word.
    /// @param status The state.
    /// @param shippedAt When the seller shipped.
    /// @param until The deadline of the state: shipped, last second for an attestation; delivered, first second in
    /// which the seller can be paid; disputed, first second in which the arbiter is too late.
    /// @param tracking Commitment to the parcel: the first 21 bytes of a salted hash.
    struct State {
        Status status;
        uint40 shippedAt;
        uint40 until;
        bytes21 tracking;
    }

    /// @dev Who gets what when an order closes. The sum is the balance of the vault.
    struct Payout {
        uint256 toSeller;
        uint256 toBuyer;
        uint256 fee;
        uint256 tip;
    }

    bytes32 private constant SHIP = keccak256("ship");
    bytes32 private constant DISPUTE = keccak256("dispute");
    bytes32 private constant RELEASE = keccak256("release");
    bytes32 private constant REFUND = keccak256("refund");
    bytes32 private constant RULE = keccak256("rule");

    /// @dev How long before the seller's transaction the carrier may have delivered. It leaves room for a
    /// transaction that is late, and none for a parcel that was delivered to somebody else last week.
    uint64 private constant SHIP_LATENESS = 24 hours;

    mapping(bytes32 id => State) private _states;

    /// @notice The seller sent the parcel that `tracking` commits to.
    event Shipped(bytes32 indexed id, bytes21 tracking);
    /// @notice Attestors moved the deadline for deliveries.
    event Extended(bytes32 indexed id, uint256 until);
    /// @notice Attestors reported the delivery. `until` is the deadline of the state the order is in now.
    event Delivered(bytes32 indexed id, uint256 until);
    /// @notice `by` disputes. The arbiter can rule before `until`.
    event Disputed(bytes32 indexed id, address by, uint256 until);
    /// @notice The order ended, and these amounts were paid or are owed.
    event Closed(
        bytes32 indexed id, Ending ending, uint256 toSeller, uint256 toBuyer, uint256 fee, uint256 tip
    );
    /// @notice A payment that had failed was made.
    event Pulled(bytes32 indexed id, address token, address payee, address to, uint256 amount);
    /// @notice Money that was left after the ending was sent to the buyer.
    event Swept(bytes32 indexed id, address token, uint256 amount);

    /// @notice The order is in a state in which this is not possible.
    error WrongStatus(Status status);
    /// @notice The terms are for another chain. Here the money can only go back.
    error WrongChain();
    /// @notice The terms break a bound (`isVoid`). The money can only go back.
    error VoidTerms();
    /// @notice This is possible after `deadline`.
    error TooEarly(uint256 deadline);
    /// @notice This was possible until `deadline`.
    error TooLate(uint256 deadline);
    /// @notice The vault has less than the price.
    error NotFunded();
    /// @notice The commitment to the parcel is zero.
    error NoTracking();
    /// @notice Neither the caller nor the signature is of somebody who may do this.
    error NotAllowed();
    /// @notice The order has no arbiter.
    error NoArbiter();
    /// @notice The threshold and the addresses are not those of the terms.
    error WrongAttestors();
    /// @notice There are not exactly as many signatures as the threshold demands.
    error WrongCount();
    /// @notice This signature is not of the attestor it names, or not in ascending order of address.
    error WrongAttestor(uint256 place);
    /// @notice This report says a delivery in the future, before the shipment, or of another parcel.
    error WrongReport(uint256 place);
    /// @notice The new deadline is not later than the old one, or too late, or there was an extension before.
    error WrongExtension();
    /// @notice The share is more than the whole.
    error WrongShare();

    // What is known of an order.

    /// @notice Returns the name of the order with these terms.
    function idOf(Terms calldata terms) external pure returns (bytes32) {
        return terms.idOf();
    }

    /// @notice Returns the state of an order.
    function stateOf(bytes32 id) external view returns (State memory) {
        return _states[id];
    }

    // What the parties do.

    /// @notice Commits the seller to a parcel (row 2). By `sellerOp`, until `shipBy`, when the price is there.
    /// @param tracking First 21 bytes of the salted hash of carrier and number.
    /// @param signature Of Act "ship" with the commitment, its bytes first, unless `sellerOp` is the caller.
    function ship(Terms calldata terms, bytes21 tracking, bytes calldata signature) external {
        (bytes32 id, State memory state) = _load(terms);
        if (state.status != Status.Open) revert WrongStatus(state.status);
        if (terms.isVoid()) revert VoidTerms();
        if (block.timestamp > terms.shipBy) revert TooLate(terms.shipBy);
        if (tracking == 0) revert NoTracking();
        _check(terms.sellerOp, id, SHIP, uint256(bytes32(tracking)), signature);
        if (_readBalance(terms.token, vaultOf(id)) < terms.price) revert NotFunded();

        _states[id] = State(Status.Shipped, uint40(block.timestamp), uint40(terms.deliverBy), tracking);
        emit Shipped(id, tracking);
    }

    /// @notice Reports the delivery (row 4). By anyone who has the reports of enough attestors, until the
    /// deadline for deliveries, or in a dispute until the arbiter is too late.
    /// @dev In a dispute the arbiter has at least `disputeWindow` from then on.
    /// @param threshold How many attestors are enough.
    /// @param attestors All of them, ascending.
    /// @param reports As many as are enough, by ascending address of the signer.
    function attest(
        Terms calldata terms,
        uint8 threshold,
        address[] calldata attestors,
        Report[] calldata reports
    ) external {
        (bytes32 id, State memory state) = _load(terms);
        if (state.status == Status.Shipped) {
            if (block.timestamp > state.until) revert TooLate(state.until);
        } else if (state.status == Status.Disputed) {
            if (block.timestamp >= state.until) revert TooLate(state.until);
        } else {
            revert WrongStatus(state.status);
        }
        _checkAttestors(terms, threshold, attestors, reports.length);

        bytes32 separator = domainSeparator();
        address previous = address(0);
        for (uint256 i; i < reports.length; ++i) {
            Report calldata report = reports[i];
            bytes32 digest = _deliveredDigest(separator, id, state.tracking, report);
            previous =
                _checkAttestor(attestors, i, report.index, previous, digest, report.v, report.r, report.s);
            bool isPast = report.deliveredAt <= block.timestamp;
            if (
                !isPast || report.deliveredAt + SHIP_LATENESS < state.shippedAt
                    || !terms.reaches(report.matchLevel)
            ) {
                revert WrongReport(i);
            }
        }

        if (state.status == Status.Shipped) {
            state.status = Status.Delivered;
            state.until = uint40(block.timestamp + terms.disputeWindow);
        } else {
            state.status = Status.DisputedDelivered;
            // Now silence pays the seller. An arbiter who counted on it for the buyer has time to rule, even if
            // the reports were kept back until the last second.
            state.until = uint40(_max(state.until, block.timestamp + terms.disputeWindow));
        }
        _states[id] = state;
        emit Delivered(id, state.until);
    }

    /// @notice Moves the deadline for deliveries, once (row 5). By anyone who has the signatures of enough
    /// attestors, until that deadline.
    /// @param until The new deadline, at most 60 days after that of the terms.
    /// @param threshold How many attestors are enough.
    /// @param attestors All of them, ascending.
    /// @param signatures As many as are enough, by ascending address of the signer.
    function extend(
        Terms calldata terms,
        uint64 until,
        uint8 threshold,
        address[] calldata attestors,
        AttestorSignature[] calldata signatures
    ) external {
        (bytes32 id, State memory state) = _load(terms);
        if (state.status != Status.Shipped) revert WrongStatus(state.status);
        if (block.timestamp > state.until) revert TooLate(state.until);
        bool isFirst = state.until == terms.deliverBy;
        if (!isFirst || until <= state.until || until > terms.deliverBy + MAX_EXTENSION) {
            revert WrongExtension();
        }
        _checkAttestors(terms, threshold, attestors, signatures.length);

        bytes32 digest = extendDigest(id, until);
        address previous = address(0);
        for (uint256 i; i < signatures.length; ++i) {
            AttestorSignature calldata signed = signatures[i];
            previous =
                _checkAttestor(attestors, i, signed.index, previous, digest, signed.v, signed.r, signed.s);
        }

        _states[id].until = uint40(until);
        emit Extended(id, until);
    }

    /// @notice Calls the arbiter (row 7). By the buyer's key or the arbiter, until the deadline for deliveries or,
    /// when delivery was reported, before the seller can be paid. By `sellerOp` until the deadline for
    /// deliveries.
    /// @param by Who disputes.
    /// @param signature Of Act "dispute", unless `by` is the caller.
    function dispute(Terms calldata terms, address by, bytes calldata signature) external {
        (bytes32 id, State memory state) = _load(terms);
        if (terms.arbiter == address(0)) revert NoArbiter();
        bool isAllowed = by == terms.buyerKey || by == terms.arbiter;
        uint256 earliest = 0;
        if (state.status == Status.Shipped) {
            if (block.timestamp > state.until) revert TooLate(state.until);
            state.status = Status.Disputed;
            isAllowed = isAllowed || by == terms.sellerOp;
            // A parcel on its way may arrive until its deadline, whoever disputes before.
            earliest = uint256(state.until) + 1;
        } else if (state.status == Status.Delivered) {
            if (block.timestamp >= state.until) revert TooLate(state.until);
            state.status = Status.DisputedDelivered;
        } else {
            revert WrongStatus(state.status);
        }
        if (!isAllowed) revert NotAllowed();
        _check(by, id, DISPUTE, 0, signature);

        state.until = uint40(_max(block.timestamp + terms.arbiterWindow, earliest));
        _states[id] = state;
        emit Disputed(id, by, state.until);
    }

    // The endings.

    /// @notice Sends everything back when a deadline has passed (rows 3 and 6), the terms break a bound, or they
    /// are for another chain (row 13). By anyone; the caller gets the tip for a deadline.
    function refundLate(Terms calldata terms) external {
        bytes32 id = terms.idOf();
        State memory state = _states[id];
        bool isOpen = state.status == Status.Open;
        if (state.status == Status.Closed) revert WrongStatus(state.status);
        if (block.chainid != terms.chainId || (isOpen && terms.isVoid())) {
            return _refund(terms, id, Ending.Expired, false);
        }

        if (!isOpen && state.status != Status.Shipped) revert WrongStatus(state.status);
        uint256 deadline = isOpen ? terms.shipBy : state.until;
        if (block.timestamp <= deadline) revert TooEarly(deadline);
        _refund(terms, id, Ending.Expired, true);
    }

    /// @notice Pays the seller when delivery was reported and nobody disputed in time (row 8). By anyone; the
    /// caller gets the tip.
    function finalize(Terms calldata terms) external {
        (bytes32 id, State memory state) = _load(terms);
        if (state.status != Status.Delivered) revert WrongStatus(state.status);
        if (block.timestamp < state.until) revert TooEarly(state.until);
        _paySeller(terms, id, Ending.Finalized, true);
    }

    /// @notice Divides the price between buyer and seller, after the arbiter's fee (row 9). By the arbiter, while
    /// the time to rule runs.
    /// @param buyerBps The buyer's share, in hundredths of a percent.
    /// @param signature Of Act "rule" with the share, unless the arbiter is the caller.
    function rule(Terms calldata terms, uint256 buyerBps, bytes calldata signature) external {
        (bytes32 id, State memory state) = _load(terms);
        if (!_isDisputed(state.status)) revert WrongStatus(state.status);
        if (block.timestamp >= state.until) revert TooLate(state.until);
        if (buyerBps > WHOLE) revert WrongShare();
        _check(terms.arbiter, id, RULE, buyerBps, signature);

        uint256 balance = _readBalance(terms.token, vaultOf(id));
        uint256 price = _min(balance, terms.price);
        uint256 fee = price * terms.arbiterFeeBps / WHOLE;
        uint256 toSeller = (price - fee) * (WHOLE - buyerBps) / WHOLE;
        _close(terms, id, Ending.Ruled, Payout(toSeller, balance - fee - toSeller, fee, 0));
    }

    /// @notice Ends a dispute that the arbiter did not rule in time (row 10): the seller is paid if delivery was
    /// reported, and else everything goes back. By anyone; the caller gets the tip.
    function arbiterTimeout(Terms calldata terms) external {
        (bytes32 id, State memory state) = _load(terms);
        if (!_isDisputed(state.status)) revert WrongStatus(state.status);
        if (block.timestamp < state.until) revert TooEarly(state.until);
        if (state.status == Status.DisputedDelivered) _paySeller(terms, id, Ending.ArbiterSilent, true);
        else _refund(terms, id, Ending.ArbiterSilent, true);
    }

    /// @notice Pays the seller because the buyer wants it (row 11). By whoever knows the release secret, or by the
    /// buyer's key.
    /// @param proof The secret, or a signature by the buyer's key of Act "release" or of the release text, or
    /// anything if the caller is the buyer's key.
    function release(Terms calldata terms, bytes calldata proof) external {
        (bytes32 id, State memory state) = _load(terms);
        if (state.status == Status.Closed) revert WrongStatus(state.status);
        if (state.status == Status.Open && terms.isVoid()) revert VoidTerms();
        bool isProven = msg.sender == terms.buyerKey
            || (terms.releaseHash != 0 && sha256(proof) == terms.releaseHash)
            || terms.buyerKey.isSignedBy(actDigest(id, RELEASE, 0), proof)
            || terms.buyerKey.isSignedBy(releaseTextDigest(vaultOf(id)), proof);
        if (!isProven) revert NotAllowed();
        _paySeller(terms, id, Ending.Released, false);
    }

    /// @notice Sends everything back because the seller wants it (row 12). By `sellerOp`, on every chain, at any
    /// time.
    /// @param signature Of Act "refund", unless `sellerOp` is the caller.
    function refund(Terms calldata terms, bytes calldata signature) external {
        bytes32 id = terms.idOf();
        Status status = _states[id].status;
        if (status == Status.Closed) revert WrongStatus(status);
        _check(terms.sellerOp, id, REFUND, 0, signature);
        _refund(terms, id, Ending.Refunded, false);
    }

    // After the ending.

    /// @notice Makes a payment that failed (row 14). By the payee to any address, or by anyone to the payee.
    /// @dev The payee has all the gas of the transaction here. What a token took back stays owed.
    /// @param token ERC-20 contract, or zero for Ether.
    /// @param payee Whom it is owed to.
    /// @param to Address that gets it.
    function pull(Terms calldata terms, address token, address payee, address to) external {
        if ((msg.sender != payee && to != payee) || to == address(0)) revert NotAllowed();
        bytes32 id = terms.idOf();
        _pull(id, vaultOf(id), terms.token, token, payee, to);
    }

    /// @notice Sends the buyer what is left in the vault of a closed order and is owed to nobody (row 15): money
    /// that came late, too much, or in another asset. By anyone.
    /// @param token ERC-20 contract, or zero for Ether.
    function sweep(Terms calldata terms, address token) external {
        bytes32 id = terms.idOf();
        Status status = _states[id].status;
        if (status != Status.Closed) revert WrongStatus(status);
        _sweep(id, vaultOf(id), terms.token, token, terms.refundTo);
    }

    // Checks.

    /// @dev Name and state of an order, for what is possible only on its chain.
    function _load(Terms calldata terms) private view returns (bytes32 id, State memory state) {
        if (block.chainid != terms.chainId) revert WrongChain();
        id = terms.idOf();
        state = _states[id];
    }

    /// @dev Reverts unless `party` exists and is the caller, or signed the action.
    function _check(address party, bytes32 id, bytes32 action, uint256 arg, bytes calldata signature)
        private
        view
    {
        if (msg.sender == party) return;
        if (!party.isSignedBy(actDigest(id, action, arg), signature)) revert NotAllowed();
    }

    /// @dev Reverts unless these are the attestors of the terms, and `count` is their threshold.
    function _checkAttestors(
        Terms calldata terms,
        uint8 threshold,
        address[] calldata attestors,
        uint256 count
    ) private pure {
        if (keccak256(abi.encode(threshold, attestors)) != terms.attestors) {
            revert WrongAttestors();
        }
        // Nobody's word is not enough, though a seller may have written a threshold of zero.
        if (count != threshold || count == 0) revert WrongCount();
    }

    /// @dev Returns the signer. Reverts unless it is the attestor at `index`, and its address is above that of
    /// the one before: so nobody is counted twice, even if a seller listed somebody twice.
    function _checkAttestor(
        address[] calldata attestors,
        uint256 place,
        uint256 index,
        address previous,
        bytes32 digest,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) private pure returns (address signer) {
        signer = Signatures.recover(digest, v, r, s);
        if (signer <= previous || index >= attestors.length || signer != attestors[index]) {
            revert WrongAttestor(place);
        }
    }

    function _isDisputed(Status status) private pure returns (bool) {
        return status == Status.Disputed || status == Status.DisputedDelivered;
    }

    // Money.

    /// @dev Closes and sends everything back. If the token does not tell the balance, nothing is paid now: what
    /// there is goes to the same address by `sweep`.
    function _refund(Terms calldata terms, bytes32 id, Ending ending, bool hasTip) private {
        (, uint256 balance) = _tryBalance(terms.token, vaultOf(id));
        uint256 tip = hasTip ? _min(terms.keeperTip, balance / TIP_DIVISOR) : 0;
        _close(terms, id, ending, Payout(0, balance - tip, 0, tip));
    }

    /// @dev Closes and pays the seller the price, or what there is if it is less. The tip is the seller's.
    function _paySeller(Terms calldata terms, bytes32 id, Ending ending, bool hasTip) private {
        uint256 balance = _readBalance(terms.token, vaultOf(id));
        uint256 price = _min(balance, terms.price);
        uint256 tip = hasTip ? _min(terms.keeperTip, price / TIP_DIVISOR) : 0;
        _close(terms, id, ending, Payout(price - tip, balance - price, 0, tip));
    }

    /// @dev Closes first, then pays. A payment that fails is owed, and holds up no other.
    function _close(Terms calldata terms, bytes32 id, Ending ending, Payout memory payout)
        private
        nonReentrant
    {
        _states[id] = State(Status.Closed, 0, 0, 0);
        emit Closed(id, ending, payout.toSeller, payout.toBuyer, payout.fee, payout.tip);

        address vault = vaultOf(id);
        address token = terms.token;
        _push(id, vault, token, terms.seller, payout.toSeller);
        _push(id, vault, token, terms.refundTo, payout.toBuyer);
        _push(id, vault, token, terms.arbiter, payout.fee);
        _push(id, vault, token, msg.sender, payout.tip);
    }

    function _pull(bytes32 id, address vault, address own, address token, address payee, address to)
        private
        nonReentrant
        sparing(own, token, vault)
    {
        uint256 amount = _payOwed(id, vault, token, payee, to);
        emit Pulled(id, token, payee, to, amount);
    }

    function _sweep(bytes32 id, address vault, address own, address token, address to)
        private
        nonReentrant
        sparing(own, token, vault)
    {
        uint256 balance = _readBalance(token, vault);
        uint256 reserved = owedTotal[id][token];
        if (balance <= reserved) revert NothingToPay();
        emit Swept(id, token, balance - reserved);
        _push(id, vault, token, to, balance - reserved);
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
