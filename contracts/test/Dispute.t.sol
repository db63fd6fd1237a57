// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title Row 7: somebody calls the arbiter
contract DisputeTest is Fixture {
    function test_dispute_of_parcel_on_its_way_waits_for_it() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(START + 1 days);
        vm.expectEmit(address(escrow));
        emit Escrow.Disputed(idOf(terms), terms.buyerKey, terms.deliverBy + 1);
        vm.prank(terms.buyerKey);
        escrow.dispute(terms, terms.buyerKey, "");
        assertStatus(terms, Escrow.Status.Disputed);
        assertUntil(terms, terms.deliverBy + 1);
        // Whoever disputes early does not take the seller's time to deliver.
        vm.warp(terms.deliverBy);
        attest(terms);
        assertStatus(terms, Escrow.Status.DisputedDelivered);
    }

    function test_dispute_near_deadline_gives_arbiter_all_its_time() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(terms.deliverBy);
        dispute(terms);
        assertUntil(terms, uint256(terms.deliverBy) + 14 days);
    }

    function test_dispute_after_delivery_gives_arbiter_its_time() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.warp(START + 12 days - 1);
        dispute(terms);
        assertStatus(terms, Escrow.Status.DisputedDelivered);
        assertUntil(terms, START + 26 days - 1);
    }

    function test_dispute_of_extended_order_waits_for_new_deadline() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 60 days;
        escrow.extend(terms, until, 2, attestors(), extensionBy(0, 1, terms, until));
        dispute(terms);
        assertUntil(terms, uint256(until) + 1);
    }

    /// @dev The second after it must fit in what the deadline is stored in, or the arbiter would be too late at once.
    function test_dispute_at_latest_of_all_deadlines_leaves_time_to_rule() public {
        Terms memory terms = sample();
        terms.deliverBy = uint64(type(uint40).max) - 60 days - 1;
        terms.shipBy = terms.deliverBy - 180 days;
        shipped(terms);
        uint64 until = terms.deliverBy + 60 days;
        escrow.extend(terms, until, 2, attestors(), extensionBy(0, 1, terms, until));
        dispute(terms);
        assertUntil(terms, type(uint40).max);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 10_000, "");
        assertStatus(terms, Escrow.Status.Closed);
    }

    function test_dispute_when_seller_can_be_paid_is_refused() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.warp(START + 12 days);
        refused(terms, terms.arbiter, abi.encodeWithSelector(Escrow.TooLate.selector, START + 12 days));
    }

    function test_dispute_when_refund_is_due_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(terms.deliverBy + 1);
        bytes memory reason = abi.encodeWithSelector(Escrow.TooLate.selector, terms.deliverBy);
        refused(terms, terms.sellerOp, reason);
        refused(terms, terms.buyerKey, reason);
    }

    function test_dispute_by_seller_before_delivery_is_taken() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory signature = signAct(OP_KEY, terms, "dispute", 0);
        escrow.dispute(terms, terms.sellerOp, signature);
        assertStatus(terms, Escrow.Status.Disputed);
    }

    function test_dispute_by_seller_after_delivery_is_refused() public {
        Terms memory terms = sample();
        delivered(terms);
        refused(terms, terms.sellerOp, abi.encodePacked(Escrow.NotAllowed.selector));
    }

    function test_dispute_by_signature_of_buyer_or_arbiter_is_taken() public {
        uint256[2] memory keys = [BUYER_KEY, ARBITER_KEY];
        for (uint256 i; i < 2; ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(i);
            delivered(terms);
            bytes memory signature = signAct(keys[i], terms, "dispute", 0);
            vm.prank(STRANGER);
            escrow.dispute(terms, vm.addr(keys[i]), signature);
            assertStatus(terms, Escrow.Status.DisputedDelivered);
        }
    }

    function test_dispute_by_others_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory reason = abi.encodePacked(Escrow.NotAllowed.selector);
        refused(terms, STRANGER, reason);
        refused(terms, SELLER, reason);
        refused(terms, REFUND_TO, reason);
        // The buyer's name alone is not enough.
        vm.prank(STRANGER);
        vm.expectRevert(reason);
        escrow.dispute(terms, terms.buyerKey, "");
    }

    function test_dispute_by_missing_buyer_key_is_refused() public {
        Terms memory terms = sample();
        terms.buyerKey = address(0);
        shipped(terms);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.dispute(terms, address(0), "");
        // A signature that recovers to nobody, neither.
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.dispute(terms, address(0), new bytes(65));
    }

    function test_dispute_without_arbiter_is_refused() public {
        Terms memory terms = sample();
        terms.arbiter = address(0);
        shipped(terms);
        refused(terms, terms.buyerKey, abi.encodePacked(Escrow.NoArbiter.selector));
    }

    function test_dispute_in_other_states_is_refused() public {
        Escrow.Status[4] memory others = [
            Escrow.Status.Open, Escrow.Status.Disputed, Escrow.Status.DisputedDelivered, Escrow.Status.Closed
        ];
        for (uint256 i; i < others.length; ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(i);
            open(terms, others[i]);
            refused(terms, terms.arbiter, abi.encodeWithSelector(Escrow.WrongStatus.selector, others[i]));
        }
    }

    function test_dispute_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.chainId(10);
        refused(terms, terms.arbiter, abi.encodePacked(Escrow.WrongChain.selector));
    }

    function refused(Terms memory terms, address by, bytes memory reason) private {
        vm.prank(by);
        vm.expectRevert(reason);
        escrow.dispute(terms, by, "");
    }
}

/// @title Row 9: the arbiter rules
contract RuleTest is Fixture {
    function test_rule_divides_price_after_fee() public {
        Terms memory terms = sample();
        disputed(terms);
        vm.expectEmit(address(escrow));
        emit Escrow.Closed(idOf(terms), Escrow.Ending.Ruled, 0.38 ether, 0.57 ether, 0.05 ether, 0);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 6000, "");
        assertPaid(terms, 0.38 ether, 0.57 ether, 0.05 ether, 0);
    }

    function test_rule_by_signature_pays_no_caller() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        disputedDelivered(terms);
        bytes memory signature = signAct(ARBITER_KEY, terms, "rule", 10_000);
        vm.prank(KEEPER);
        escrow.rule(terms, 10_000, signature);
        assertPaid(terms, 0, 0.95 ether, 0.05 ether, 0);
    }

    function test_rule_all_to_seller() public {
        Terms memory terms = sample();
        disputed(terms);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 0, "");
        assertPaid(terms, 0.95 ether, 0, 0.05 ether, 0);
    }

    function test_rule_divides_price_and_returns_excess() public {
        Terms memory terms = sample();
        disputed(terms);
        fund(terms, 3 ether);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 5000, "");
        assertPaid(terms, 0.475 ether, 3.475 ether, 0.05 ether, 0);
    }

    function test_rule_divides_what_a_token_left() public {
        Terms memory terms = sampleInToken();
        disputed(terms);
        token.burn(vaultOf(terms), 0.9 ether);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 5000, "");
        assertPaid(terms, 0.0475 ether, 0.0475 ether, 0.005 ether, 0);
    }

    function test_rule_in_last_second_is_taken() public {
        Terms memory terms = sample();
        delivered(terms);
        dispute(terms);
        vm.warp(START + 21 days - 1);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 0, "");
        assertStatus(terms, Escrow.Status.Closed);
    }

    function test_rule_too_late_is_refused() public {
        Terms memory terms = sample();
        delivered(terms);
        dispute(terms);
        vm.warp(START + 21 days);
        refused(terms, terms.arbiter, 0, abi.encodeWithSelector(Escrow.TooLate.selector, START + 21 days));
    }

    function test_rule_of_more_than_the_whole_is_refused() public {
        Terms memory terms = sample();
        disputed(terms);
        refused(terms, terms.arbiter, 10_001, abi.encodePacked(Escrow.WrongShare.selector));
        refused(terms, terms.arbiter, type(uint256).max, abi.encodePacked(Escrow.WrongShare.selector));
    }

    function test_rule_by_others_is_refused() public {
        Terms memory terms = sample();
        disputed(terms);
        address[4] memory others = [STRANGER, terms.seller, terms.sellerOp, terms.buyerKey];
        for (uint256 i; i < others.length; ++i) {
            refused(terms, others[i], 5000, abi.encodePacked(Escrow.NotAllowed.selector));
        }
    }

    function test_rule_signature_of_another_share_is_refused() public {
        Terms memory terms = sample();
        disputed(terms);
        bytes memory signature = signAct(ARBITER_KEY, terms, "rule", 5000);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.rule(terms, 5001, signature);
    }

    function test_rule_in_other_states_is_refused() public {
        Escrow.Status[4] memory others =
            [Escrow.Status.Open, Escrow.Status.Shipped, Escrow.Status.Delivered, Escrow.Status.Closed];
        for (uint256 i; i < others.length; ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(i);
            open(terms, others[i]);
            refused(terms, terms.arbiter, 0, abi.encodeWithSelector(Escrow.WrongStatus.selector, others[i]));
        }
    }

    function test_rule_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        disputed(terms);
        vm.chainId(10);
        refused(terms, terms.arbiter, 0, abi.encodePacked(Escrow.WrongChain.selector));
    }

    function refused(Terms memory terms, address by, uint256 share, bytes memory reason) private {
        vm.prank(by);
        vm.expectRevert(reason);
        escrow.rule(terms, share, "");
    }
}

/// @title Row 10: the arbiter says nothing
contract ArbiterTimeoutTest is Fixture {
    function test_silent_arbiter_with_delivery_pays_seller() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        disputedDelivered(terms);
        vm.warp(START + 21 days);
        vm.expectEmit(address(escrow));
        emit Escrow.Closed(idOf(terms), Escrow.Ending.ArbiterSilent, 0.95 ether, 0, 0, 0.05 ether);
        vm.prank(KEEPER);
        escrow.arbiterTimeout(terms);
        assertPaid(terms, 0.95 ether, 0, 0, 0.05 ether);
    }

    function test_silent_arbiter_without_delivery_refunds() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        disputed(terms);
        vm.warp(terms.deliverBy + 1);
        vm.prank(KEEPER);
        escrow.arbiterTimeout(terms);
        assertPaid(terms, 0, 0.95 ether, 0, 0.05 ether);
    }

    function test_silent_arbiter_gets_no_fee() public {
        Terms memory terms = sample();
        disputedDelivered(terms);
        vm.warp(START + 21 days);
        vm.prank(terms.arbiter);
        escrow.arbiterTimeout(terms);
        assertPaid(terms, PRICE, 0, 0, 0);
    }

    function test_delivery_reported_in_dispute_counts() public {
        Terms memory terms = sample();
        disputed(terms);
        attest(terms);
        vm.warp(terms.deliverBy + 1);
        escrow.arbiterTimeout(terms);
        assertPaid(terms, PRICE, 0, 0, 0);
    }

    function test_arbiter_timeout_one_second_early_is_refused() public {
        Terms memory terms = sample();
        disputedDelivered(terms);
        vm.warp(START + 21 days - 1);
        expectTooEarly(START + 21 days);
        escrow.arbiterTimeout(terms);
    }

    function test_arbiter_timeout_in_other_states_is_refused() public {
        Escrow.Status[4] memory others =
            [Escrow.Status.Open, Escrow.Status.Shipped, Escrow.Status.Delivered, Escrow.Status.Closed];
        for (uint256 i; i < others.length; ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(i);
            open(terms, others[i]);
            vm.warp(START + 365 days);
            expectWrongStatus(others[i]);
            escrow.arbiterTimeout(terms);
        }
    }

    function test_arbiter_timeout_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        disputed(terms);
        vm.warp(START + 365 days);
        vm.chainId(10);
        vm.expectRevert(Escrow.WrongChain.selector);
        escrow.arbiterTimeout(terms);
    }
}
