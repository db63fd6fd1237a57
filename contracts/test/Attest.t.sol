// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title Row 4: the delivery is reported
contract AttestTest is Fixture {
    function test_attest_starts_dispute_window() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(START + 7 days);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        vm.expectEmit(address(escrow));
        emit Escrow.Delivered(idOf(terms), START + 12 days);
        vm.prank(STRANGER);
        escrow.attest(terms, 2, attestors(), reports);
        assertStatus(terms, Escrow.Status.Delivered);
        assertUntil(terms, START + 12 days);
    }

    function test_attest_by_each_pair_is_taken() public {
        uint8[2][3] memory pairs = [[0, 1], [0, 2], [1, 2]];
        for (uint256 i; i < pairs.length; ++i) {
            Terms memory terms = sample();
            terms.order = bytes32(i);
            shipped(terms);
            escrow.attest(terms, 2, attestors(), reportsBy(pairs[i][0], pairs[i][1], terms));
            assertStatus(terms, Escrow.Status.Delivered);
        }
    }

    function test_attest_in_last_second_is_taken() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(terms.deliverBy);
        attest(terms);
        assertStatus(terms, Escrow.Status.Delivered);
    }

    function test_attest_one_second_late_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.warp(terms.deliverBy + 1);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        expectTooLate(terms.deliverBy);
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_attest_early_in_dispute_keeps_arbiters_time() public {
        Terms memory terms = sample();
        terms.arbiterWindow = 60 days;
        shipped(terms);
        vm.warp(START + 10 days);
        dispute(terms);
        vm.warp(START + 65 days);
        attest(terms);
        assertStatus(terms, Escrow.Status.DisputedDelivered);
        assertUntil(terms, START + 70 days);
    }

    /// @dev Reports that a seller kept back until an arbiter who is silent for the buyer can do nothing more.
    function test_attest_late_in_dispute_leaves_time_to_rule() public {
        Terms memory terms = sample();
        terms.arbiterWindow = 60 days;
        shipped(terms);
        vm.warp(START + 10 days);
        dispute(terms);
        vm.warp(START + 70 days - 1);
        attest(terms);
        assertStatus(terms, Escrow.Status.DisputedDelivered);
        assertUntil(terms, START + 75 days - 1);
        vm.warp(START + 75 days - 2);
        expectTooEarly(START + 75 days - 1);
        escrow.arbiterTimeout(terms);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 10_000, "");
        assertPaid(terms, 0, PRICE - PRICE / 20, PRICE / 20, 0);
    }

    function test_attest_when_arbiter_is_too_late_is_refused() public {
        Terms memory terms = sample();
        terms.arbiterWindow = 60 days;
        shipped(terms);
        vm.warp(START + 10 days);
        dispute(terms);
        vm.warp(START + 70 days);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        expectTooLate(START + 70 days);
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_attest_in_other_states_is_refused() public {
        Escrow.Status[4] memory others = [
            Escrow.Status.Open, Escrow.Status.Delivered, Escrow.Status.DisputedDelivered, Escrow.Status.Closed
        ];
        for (uint256 i; i < others.length; ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(i);
            open(terms, others[i]);
            TypedData.Report[] memory reports = reportsBy(0, 1, terms);
            expectWrongStatus(others[i]);
            escrow.attest(terms, 2, attestors(), reports);
        }
    }

    function test_attest_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.chainId(10);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        vm.expectRevert(Escrow.WrongChain.selector);
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_report_of_delivery_now_is_taken() public {
        refuseOrTake(START, START, START, 3, true);
    }

    function test_report_of_delivery_in_future_is_refused() public {
        refuseOrTake(START, START, START + 1, 3, false);
    }

    function test_report_of_delivery_at_end_of_time_is_refused() public {
        refuseOrTake(START, START, type(uint64).max, 3, false);
    }

    function test_report_of_delivery_a_day_early_is_taken() public {
        refuseOrTake(START, START + 3 days, START - 24 hours, 3, true);
    }

    function test_report_of_delivery_before_that_is_refused() public {
        refuseOrTake(START, START + 3 days, START - 24 hours - 1, 3, false);
    }

    function test_report_of_lower_match_is_refused() public {
        refuseOrTake(START, START, START, 2, false);
    }

    function test_signature_on_file_replaces_no_match() public {
        refuseOrTake(START, START, START, 8 + 2, false);
        refuseOrTake(START, START, START, 8 + 3, true);
    }

    function refuseOrTake(uint256 shippedAt, uint256 now_, uint256 deliveredAt, uint8 level, bool isTaken)
        private
    {
        Terms memory terms = sample();
        terms.order = keccak256(abi.encode(shippedAt, now_, deliveredAt, level));
        vm.warp(shippedAt);
        shipped(terms);
        vm.warp(now_);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        // One bad report spoils the other's good one.
        reports[1] = reportBy(1, terms, deliveredAt, level);
        if (!isTaken) vm.expectRevert(abi.encodeWithSelector(Escrow.WrongReport.selector, 1));
        escrow.attest(terms, 2, attestors(), reports);
        assertStatus(terms, isTaken ? Escrow.Status.Delivered : Escrow.Status.Shipped);
    }

    function test_demanded_signature_on_file_must_be_there() public {
        Terms memory terms = sample();
        terms.minMatch = 8 + 2;
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongReport.selector, 0));
        escrow.attest(terms, 2, attestors(), reports);
        reports[0] = reportBy(0, terms, START, 8 + 2);
        reports[1] = reportBy(1, terms, START, 8 + 4);
        escrow.attest(terms, 2, attestors(), reports);
        assertStatus(terms, Escrow.Status.Delivered);
    }

    function test_attestors_that_are_not_the_terms_are_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        address[] memory others = attestors();
        others[2] = STRANGER;
        vm.expectRevert(Escrow.WrongAttestors.selector);
        escrow.attest(terms, 2, others, reports);
    }

    function test_threshold_that_is_not_the_terms_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory one = new TypedData.Report[](1);
        one[0] = reportBy(0, terms, START, 3);
        vm.expectRevert(Escrow.WrongAttestors.selector);
        escrow.attest(terms, 1, attestors(), one);
    }

    function test_fewer_or_more_reports_than_threshold_are_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        for (uint256 count; count <= 3; ++count) {
            if (count == 2) continue;
            TypedData.Report[] memory reports = new TypedData.Report[](count);
            for (uint8 i; i < count; ++i) {
                reports[i] = reportBy(i, terms, START, 3);
            }
            vm.expectRevert(Escrow.WrongCount.selector);
            escrow.attest(terms, 2, attestors(), reports);
        }
    }

    function test_threshold_of_zero_delivers_nothing() public {
        Terms memory terms = sample();
        terms.attestors = keccak256(abi.encode(uint8(0), attestors()));
        shipped(terms);
        vm.expectRevert(Escrow.WrongCount.selector);
        escrow.attest(terms, 0, attestors(), new TypedData.Report[](0));
    }

    function test_attestor_counts_once() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(1, 1, terms);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_attestor_listed_twice_counts_once() public {
        Terms memory terms = sample();
        address[] memory doubled = attestors();
        doubled[1] = doubled[0];
        terms.attestors = keccak256(abi.encode(uint8(2), doubled));
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 0, terms);
        reports[1].index = 1;
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.attest(terms, 2, doubled, reports);
    }

    function test_reports_in_descending_order_are_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(2, 0, terms);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_report_under_another_index_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        reports[1].index = 2;
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.attest(terms, 2, attestors(), reports);
        reports[1].index = 3;
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_report_of_nobody_is_refused() public {
        Terms memory terms = sample();
        address[] memory list = attestors();
        list[0] = address(0);
        terms.attestors = keccak256(abi.encode(uint8(2), list));
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        // No key has this signature, and ecrecover answers it with zero.
        reports[0].r = 0;
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 0));
        escrow.attest(terms, 2, list, reports);
    }

    function test_report_of_another_parcel_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        bytes32 digest = escrow.deliveredDigest(idOf(terms), bytes21(keccak256("another")), reports[0]);
        (reports[0].v, reports[0].r, reports[0].s) = vm.sign(attestorKeys[0], digest);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 0));
        escrow.attest(terms, 2, attestors(), reports);
    }
}

/// @title Row 5: the deadline for deliveries is moved
contract ExtendTest is Fixture {
    function test_extend_moves_deadline() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 60 days;
        TypedData.AttestorSignature[] memory list = extensionBy(1, 2, terms, until);
        vm.warp(terms.deliverBy);
        vm.expectEmit(address(escrow));
        emit Escrow.Extended(idOf(terms), until);
        vm.prank(STRANGER);
        escrow.extend(terms, until, 2, attestors(), list);
        assertStatus(terms, Escrow.Status.Shipped);
        assertUntil(terms, until);
        vm.assertEq(bytes32(escrow.stateOf(idOf(terms)).tracking), bytes32(TRACKING), "tracking");

        vm.warp(until);
        expectTooEarly(until);
        escrow.refundLate(terms);
        attest(terms);
        assertStatus(terms, Escrow.Status.Delivered);
    }

    function test_extended_order_is_refunded_after_new_deadline() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 1 days;
        escrow.extend(terms, until, 2, attestors(), extensionBy(0, 1, terms, until));
        vm.warp(until + 1);
        escrow.refundLate(terms);
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    function test_extend_twice_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 1 days;
        escrow.extend(terms, until, 2, attestors(), extensionBy(0, 1, terms, until));
        refused(terms, until + 1 days, Escrow.WrongExtension.selector);
    }

    function test_extend_by_more_than_60_days_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        refused(terms, terms.deliverBy + 60 days + 1, Escrow.WrongExtension.selector);
    }

    function test_extend_to_same_or_earlier_time_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        refused(terms, terms.deliverBy, Escrow.WrongExtension.selector);
        refused(terms, terms.deliverBy - 1, Escrow.WrongExtension.selector);
    }

    function test_extend_after_deadline_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 10 days;
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
        vm.warp(terms.deliverBy + 1);
        expectTooLate(terms.deliverBy);
        escrow.extend(terms, until, 2, attestors(), list);
    }

    function test_extend_in_other_states_is_refused() public {
        for (uint8 i; i <= uint8(Escrow.Status.Closed); ++i) {
            if (i == uint8(Escrow.Status.Shipped)) continue;
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            open(terms, Escrow.Status(i));
            uint64 until = terms.deliverBy + 1 days;
            TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
            expectWrongStatus(Escrow.Status(i));
            escrow.extend(terms, until, 2, attestors(), list);
        }
    }

    function test_extend_needs_distinct_listed_attestors() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 1 days;
        TypedData.AttestorSignature[] memory twice = extensionBy(1, 1, terms, until);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 1));
        escrow.extend(terms, until, 2, attestors(), twice);

        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
        TypedData.AttestorSignature[] memory one = new TypedData.AttestorSignature[](1);
        one[0] = list[0];
        vm.expectRevert(Escrow.WrongCount.selector);
        escrow.extend(terms, until, 2, attestors(), one);
        vm.expectRevert(Escrow.WrongAttestors.selector);
        escrow.extend(terms, until, 1, attestors(), one);
    }

    function test_extension_signed_for_another_time_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, terms.deliverBy + 1 days);
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 0));
        escrow.extend(terms, terms.deliverBy + 2 days, 2, attestors(), list);
    }

    function test_extend_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.chainId(10);
        refused(terms, terms.deliverBy + 1 days, Escrow.WrongChain.selector);
    }

    function refused(Terms memory terms, uint64 until, bytes4 reason) private {
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
        vm.expectRevert(reason);
        escrow.extend(terms, until, 2, attestors(), list);
    }
}
