// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title Rows 3, 6 and 13: the money goes back because time passed, or the terms are not for this chain
contract RefundLateTest is Fixture {
    function test_order_that_is_not_shipped_is_refunded() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 100;
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        vm.expectEmit(address(escrow));
        emit Escrow.Closed(idOf(terms), Escrow.Ending.Expired, 0, 0.99 ether, 0, 0.01 ether);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        assertPaid(terms, 0, 0.99 ether, 0, 0.01 ether);
    }

    function test_order_that_can_be_shipped_is_not_refunded() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.warp(terms.shipBy);
        expectTooEarly(terms.shipBy);
        escrow.refundLate(terms);
    }

    function test_order_that_is_not_delivered_is_refunded() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 100;
        shipped(terms);
        fund(terms, 1 ether);
        vm.warp(terms.deliverBy + 1);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        assertPaid(terms, 0, 1.99 ether, 0, 0.01 ether);
    }

    function test_order_that_can_be_delivered_is_not_refunded() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(terms.deliverBy);
        expectTooEarly(terms.deliverBy);
        escrow.refundLate(terms);
    }

    function test_refund_of_too_little_leaves_most_to_buyer() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        fund(terms, 0.1 ether);
        vm.warp(terms.shipBy + 1);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        assertPaid(terms, 0, 0.095 ether, 0, 0.005 ether);
    }

    function test_order_without_payment_closes_without_vault() public {
        Terms memory terms = sample();
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
        assertPaid(terms, 0, 0, 0, 0);
        vm.assertEq(vaultOf(terms).code.length, 0, "code");
    }

    function test_refund_late_in_other_states_is_refused() public {
        for (uint8 i = uint8(Escrow.Status.Delivered); i <= uint8(Escrow.Status.Closed); ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            open(terms, Escrow.Status(i));
            vm.warp(START + 365 days);
            expectWrongStatus(Escrow.Status(i));
            escrow.refundLate(terms);
        }
    }

    function test_order_of_another_chain_is_refunded_without_tip() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        fund(terms, PRICE);
        vm.chainId(10);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    /// @dev After a split of the chain, one side has another number: there, nothing but refunds is left.
    function test_order_in_any_state_is_refunded_on_another_chain() public {
        for (uint8 i; i < uint8(Escrow.Status.Closed); ++i) {
            vm.chainId(1);
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            terms.refundTo = address(uint160(0xF00 + uint256(i)));
            open(terms, Escrow.Status(i));
            vm.chainId(10);
            escrow.refundLate(terms);
            assertPaid(terms, 0, PRICE, 0, 0);
        }
    }

    function test_refund_on_another_chain_survives_missing_token() public {
        Terms memory terms = sample();
        terms.token = address(0xdead);
        vm.deal(vaultOf(terms), PRICE);
        vm.chainId(10);
        escrow.refundLate(terms);
        assertStatus(terms, Escrow.Status.Closed);
        escrow.sweep(terms, address(0));
        vm.assertEq(REFUND_TO.balance, PRICE, "buyer");
    }

    function test_void_order_is_refunded_at_once_without_tip() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE;
        fund(terms, PRICE);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    function test_closed_order_of_another_chain_stays_closed() public {
        Terms memory terms = sample();
        closed(terms);
        vm.chainId(10);
        expectWrongStatus(Escrow.Status.Closed);
        escrow.refundLate(terms);
    }
}

/// @title Row 8: the seller is paid
contract FinalizeTest is Fixture {
    function test_finalize_pays_seller() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.warp(START + 12 days);
        vm.expectEmit(address(escrow));
        emit Escrow.Closed(idOf(terms), Escrow.Ending.Finalized, PRICE, 0, 0, 0);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        assertPaid(terms, PRICE, 0, 0, 0);
    }

    function test_finalize_takes_tip_from_seller_and_returns_excess() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 100;
        delivered(terms);
        fund(terms, 5 ether);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        assertPaid(terms, 0.99 ether, 5 ether, 0, 0.01 ether);
    }

    function test_finalize_one_second_early_is_refused() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.warp(START + 12 days - 1);
        expectTooEarly(START + 12 days);
        escrow.finalize(terms);
    }

    function test_finalize_in_other_states_is_refused() public {
        for (uint8 i; i <= uint8(Escrow.Status.Closed); ++i) {
            if (i == uint8(Escrow.Status.Delivered)) continue;
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            open(terms, Escrow.Status(i));
            vm.warp(START + 365 days);
            expectWrongStatus(Escrow.Status(i));
            escrow.finalize(terms);
        }
    }

    function test_finalize_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.warp(START + 12 days);
        vm.chainId(10);
        vm.expectRevert(Escrow.WrongChain.selector);
        escrow.finalize(terms);
    }
}

/// @title Row 11: the buyer releases
contract ReleaseTest is Fixture {
    function test_release_by_secret_pays_seller_in_every_state() public {
        for (uint8 i; i < uint8(Escrow.Status.Closed); ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            terms.seller = address(uint160(0x5E11E400 + uint256(i)));
            terms.keeperTip = PRICE / 20;
            open(terms, Escrow.Status(i));
            vm.prank(KEEPER);
            escrow.release(terms, bytes(SECRET));
            assertPaid(terms, PRICE, 0, 0, 0);
        }
    }

    function test_release_by_key_pays_seller() public {
        for (uint256 i; i < 3; ++i) {
            Terms memory terms = sample();
            terms.order = bytes32(i);
            terms.seller = address(uint160(0x5E11E400 + i));
            shipped(terms);
            bytes memory proof = "";
            if (i == 1) proof = signAct(BUYER_KEY, terms, "release", 0);
            if (i == 2) proof = sign(BUYER_KEY, escrow.releaseTextDigest(vaultOf(terms)));
            if (i == 0) vm.prank(terms.buyerKey);
            escrow.release(terms, proof);
            assertPaid(terms, PRICE, 0, 0, 0);
        }
    }

    function test_release_returns_excess() public {
        Terms memory terms = sample();
        shipped(terms);
        fund(terms, 2 ether);
        escrow.release(terms, bytes(SECRET));
        assertPaid(terms, PRICE, 2 ether, 0, 0);
    }

    function test_release_of_too_little_pays_what_there_is() public {
        Terms memory terms = sample();
        fund(terms, 0.4 ether);
        escrow.release(terms, bytes(SECRET));
        assertPaid(terms, 0.4 ether, 0, 0, 0);
    }

    function test_release_by_others_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        address[4] memory others = [STRANGER, terms.seller, terms.sellerOp, terms.arbiter];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.release(terms, "");
        }
    }

    function test_release_by_wrong_secret_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.release(terms, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ");
        // Nor by the hash, which the terms tell everybody.
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.release(terms, abi.encodePacked(terms.releaseHash));
    }

    function test_release_without_secret_and_key_is_refused() public {
        Terms memory terms = sample();
        terms.releaseHash = 0;
        terms.buyerKey = address(0);
        shipped(terms);
        bytes[3] memory proofs = [bytes(""), bytes(SECRET), new bytes(65)];
        for (uint256 i; i < proofs.length; ++i) {
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.release(terms, proofs[i]);
        }
    }

    function test_release_by_signature_of_another_action_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory signature = signAct(BUYER_KEY, terms, "dispute", 0);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.release(terms, signature);
    }

    function test_release_of_closed_order_is_refused() public {
        Terms memory terms = sample();
        closed(terms);
        expectWrongStatus(Escrow.Status.Closed);
        escrow.release(terms, bytes(SECRET));
    }

    function test_release_of_void_order_is_refused() public {
        Terms memory terms = sample();
        terms.arbiterFeeBps = 1001;
        fund(terms, PRICE);
        vm.expectRevert(Escrow.VoidTerms.selector);
        escrow.release(terms, bytes(SECRET));
    }

    function test_release_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.chainId(10);
        vm.expectRevert(Escrow.WrongChain.selector);
        escrow.release(terms, bytes(SECRET));
    }
}

/// @title Row 12: the seller refunds
contract RefundTest is Fixture {
    function test_refund_returns_all_in_every_state() public {
        for (uint8 i; i < uint8(Escrow.Status.Closed); ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            terms.refundTo = address(uint160(0xF00 + uint256(i)));
            terms.keeperTip = PRICE / 20;
            open(terms, Escrow.Status(i));
            fund(terms, 1 ether);
            vm.prank(terms.sellerOp);
            escrow.refund(terms, "");
            assertPaid(terms, 0, 2 ether, 0, 0);
        }
    }

    function test_refund_by_signature_pays_no_caller() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        shipped(terms);
        bytes memory signature = signAct(OP_KEY, terms, "refund", 0);
        vm.prank(KEEPER);
        vm.expectEmit(address(escrow));
        emit Escrow.Closed(idOf(terms), Escrow.Ending.Refunded, 0, PRICE, 0, 0);
        escrow.refund(terms, signature);
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    function test_refund_of_void_order_or_on_another_chain_is_taken() public {
        Terms memory terms = sample();
        terms.disputeWindow = 0;
        fund(terms, PRICE);
        vm.chainId(10);
        bytes memory signature = signAct(OP_KEY, terms, "refund", 0);
        escrow.refund(terms, signature);
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    function test_refund_by_others_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        address[4] memory others = [STRANGER, terms.seller, terms.buyerKey, terms.arbiter];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.refund(terms, "");
        }
    }

    function test_refund_of_closed_order_is_refused() public {
        Terms memory terms = sample();
        closed(terms);
        expectWrongStatus(Escrow.Status.Closed);
        vm.prank(terms.sellerOp);
        escrow.refund(terms, "");
    }
}
