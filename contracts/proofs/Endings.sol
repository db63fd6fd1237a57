// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {ProofFixture} from "./ProofFixture.sol";

/// @title Rows 3, 6, 8, 10 and 13: who, when, and at most how much, where anybody may send the transaction
/// @dev `check_` must hold. `reach_` must fail: it says that the function never succeeds, and the answer shows
/// that the `check_` beside it is about something.
contract EndingsProof is ProofFixture {
    function check_rows_3_6_13_refundLate_ether(Case memory one) public {
        refundLate(one, false);
    }

    function check_rows_3_6_13_refundLate_token(Case memory one) public {
        refundLate(one, true);
    }

    function refundLate(Case memory one, bool isToken) private {
        begin(one, isToken);
        bool isVoid = one.terms.price == 0 || one.terms.disputeWindow < 1 days || one.terms.disputeWindow > 30 days
            || one.terms.arbiterWindow < 3 days || one.terms.arbiterWindow > 60 days || one.terms.arbiterFeeBps > 1000
            || one.terms.keeperTip > one.terms.price / 20 || one.terms.deliverBy < one.terms.shipBy
            || uint256(one.terms.deliverBy) > uint256(one.terms.shipBy) + 180 days
            || uint256(one.terms.deliverBy) + 60 days >= 2 ** 40;
        if (!send(one, abi.encodeCall(Escrow.refundLate, (one.terms)))) return;

        bool isOtherChain = one.chain != one.terms.chainId;
        bool isOpen = one.status == uint8(Escrow.Status.Open);
        bool isShipped = one.status == uint8(Escrow.Status.Shipped);
        bool isRow3 = isOpen && one.time > one.terms.shipBy;
        bool isRow6 = isShipped && one.time > one.until;
        assert(one.status != uint8(Escrow.Status.Closed));
        assert(isRow3 || isRow6 || isOtherChain || (isOpen && isVoid));
        assertClosed(one);
        assert(got(one, seller) == 0);
        assert(got(one, arbiter) == 0);
        uint256 tip = one.balance - got(one, buyer);
        assert(tip <= one.terms.keeperTip && tip <= one.balance / 20);
        if (isOtherChain || (isOpen && isVoid)) assert(tip == 0);
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
