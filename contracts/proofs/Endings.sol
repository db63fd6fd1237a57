// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {ProofFixture} from "./ProofFixture.sol";
import {vm} from "../test/support/Vm.sol";

/// @title Rows 3, 6, 8, 10 and 13: who, when, and at most how much, where anybody may send the transaction
/// @dev `check_` must hold. `reach_` must fail: it says that the function never succeeds, and the answer shows
/// that the `check_` beside it is about something.
contract EndingsProof is ProofFixture {
    function check_row_3_refundLate_ether(Case memory one) public {
        refundUnshipped(one, false);
    }

    function check_row_3_refundLate_token(Case memory one) public {
        refundUnshipped(one, true);
    }

    /// @dev Open, on the chain of the terms: after `shipBy`, or at once and without a tip if the terms are void.
    function refundUnshipped(Case memory one, bool isToken) private {
        one.status = uint8(Escrow.Status.Open);
        begin(one, isToken);
        vm.assume(one.chain == one.terms.chainId);
        if (!refundLate(one)) return;
        if (isVoid(one)) assert(got(one, buyer) == one.balance);
        else assert(one.time > one.terms.shipBy);
    }

    function check_row_6_refundLate_ether(Case memory one) public {
        refundUndelivered(one, false);
    }

    function check_row_6_refundLate_token(Case memory one) public {
        refundUndelivered(one, true);
    }

    /// @dev In all other states, on the chain of the terms: shipped, after the deadline.
    function refundUndelivered(Case memory one, bool isToken) private {
        begin(one, isToken);
        vm.assume(one.chain == one.terms.chainId);
        vm.assume(one.status != uint8(Escrow.Status.Open));
        if (!refundLate(one)) return;
        assert(one.status == uint8(Escrow.Status.Shipped));
        assert(one.time > one.until);
    }

    function check_row_13_refundLate_ether(Case memory one) public {
        refundElsewhere(one, false);
    }

    function check_row_13_refundLate_token(Case memory one) public {
        refundElsewhere(one, true);
    }

    /// @dev On another chain, in all states: at once, and without a tip.
    function refundElsewhere(Case memory one, bool isToken) private {
        begin(one, isToken);
        vm.assume(one.chain != one.terms.chainId);
        if (!refundLate(one)) return;
        assert(one.status != uint8(Escrow.Status.Closed));
        assert(got(one, buyer) == one.balance);
    }

    /// @dev Everything goes to the buyer, but a tip.
    function refundLate(Case memory one) private returns (bool done) {
        done = send(one, abi.encodeCall(Escrow.refundLate, (one.terms)));
        if (!done) return false;
        assertClosed(one);
        assert(got(one, seller) == 0);
        assert(got(one, arbiter) == 0);
        uint256 tip = one.balance - got(one, buyer);
        assert(tip <= one.terms.keeperTip && tip <= one.balance / 20);
    }

    /// @dev The bounds of terms, written down once more.
    function isVoid(Case memory one) private pure returns (bool) {
        return one.terms.price == 0 || one.terms.disputeWindow < 1 days || one.terms.disputeWindow > 30 days
            || one.terms.arbiterWindow < 3 days || one.terms.arbiterWindow > 60 days || one.terms.arbiterFeeBps > 1000
            || one.terms.keeperTip > one.terms.price / 20 || one.terms.deliverBy < one.terms.shipBy
            || uint256(one.terms.deliverBy) > uint256(one.terms.shipBy) + 180 days
            || uint256(one.terms.deliverBy) + 60 days + 1 >= 2 ** 40;
    }

    function check_row_8_finalize_ether(Case memory one) public {
        finalize(one, false);
    }

    function check_row_8_finalize_token(Case memory one) public {
        finalize(one, true);
    }

    function finalize(Case memory one, bool isToken) private {
        begin(one, isToken);
        if (!send(one, abi.encodeCall(Escrow.finalize, (one.terms)))) return;
        assert(one.chain == one.terms.chainId);
        assert(one.status == uint8(Escrow.Status.Delivered));
        assert(one.time >= one.until);
        assertSellerPaid(one);
    }

    function check_row_10_arbiterTimeout_ether(Case memory one) public {
        arbiterTimeout(one, false);
    }

    function check_row_10_arbiterTimeout_token(Case memory one) public {
        arbiterTimeout(one, true);
    }

    /// @dev I9: a silent arbiter pays by the evidence.
    function arbiterTimeout(Case memory one, bool isToken) private {
        begin(one, isToken);
        if (!send(one, abi.encodeCall(Escrow.arbiterTimeout, (one.terms)))) return;
        assert(one.chain == one.terms.chainId);
        assert(one.time >= one.until);
        if (one.status == uint8(Escrow.Status.DisputedDelivered)) return assertSellerPaid(one);
        assert(one.status == uint8(Escrow.Status.Disputed));
        assertClosed(one);
        assert(got(one, seller) == 0);
        assert(got(one, arbiter) == 0);
        uint256 tip = one.balance - got(one, buyer);
        assert(tip <= one.terms.keeperTip && tip <= one.balance / 20);
    }

    function begin(Case memory one, bool isToken) private {
        one.isToken = isToken;
        one.caller = KEEPER;
        start(one);
    }

    /// @dev The seller gets the price or what there is, less the tip; the buyer the excess; the arbiter nothing.
    function assertSellerPaid(Case memory one) private view {
        uint256 price = min(one.terms.price, one.balance);
        assertClosed(one);
        assert(got(one, seller) <= price);
        assert(price - got(one, seller) <= one.terms.keeperTip);
        assert(price - got(one, seller) <= price / 20);
        assert(got(one, buyer) == one.balance - price);
        assert(got(one, arbiter) == 0);
    }

    function reach_refundLate(Case memory one) public {
        begin(one, false);
        assert(!send(one, abi.encodeCall(Escrow.refundLate, (one.terms))));
    }

    function reach_finalize(Case memory one) public {
        begin(one, false);
        assert(!send(one, abi.encodeCall(Escrow.finalize, (one.terms))));
    }

    function reach_arbiterTimeout(Case memory one) public {
        begin(one, false);
        assert(!send(one, abi.encodeCall(Escrow.arbiterTimeout, (one.terms))));
    }
}
