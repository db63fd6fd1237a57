// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title Bounds of the terms, each from both sides
contract TermsTest is Fixture {
    /// @dev Holds an order to being void or not: a void one cannot be shipped, and is refunded at once.
    function isVoid(Terms memory terms, bool expected) private {
        uint256 state = vm.snapshotState();
        vm.deal(vaultOf(terms), type(uint128).max);
        vm.prank(terms.sellerOp);
        if (expected) vm.expectRevert(Escrow.VoidTerms.selector);
        escrow.ship(terms, TRACKING, "");
        if (!expected) expectTooEarly(terms.deliverBy);
        escrow.refundLate(terms);
        vm.revertToState(state);
    }

    function test_dispute_window_is_1_to_30_days() public {
        Terms memory terms = sample();
        uint32[4] memory windows = [uint32(1 days - 1), 1 days, 30 days, 30 days + 1];
        for (uint256 i; i < 4; ++i) {
            terms.disputeWindow = windows[i];
            isVoid(terms, i == 0 || i == 3);
        }
    }

    function test_arbiter_window_is_3_to_60_days() public {
        Terms memory terms = sample();
        uint32[4] memory windows = [uint32(3 days - 1), 3 days, 60 days, 60 days + 1];
        for (uint256 i; i < 4; ++i) {
            terms.arbiterWindow = windows[i];
            isVoid(terms, i == 0 || i == 3);
        }
    }

    function test_arbiter_fee_is_at_most_a_tenth() public {
        Terms memory terms = sample();
        terms.arbiterFeeBps = 1000;
        isVoid(terms, false);
        terms.arbiterFeeBps = 1001;
        isVoid(terms, true);
    }

    function test_tip_is_at_most_a_twentieth() public {
        Terms memory terms = sample();
        terms.price = 1999;
        terms.keeperTip = 99;
        isVoid(terms, false);
        terms.keeperTip = 100;
        isVoid(terms, true);
    }

    function test_delivery_has_0_to_180_days() public {
        Terms memory terms = sample();
        uint64 shipBy = terms.shipBy;
        uint64[4] memory deadlines = [shipBy - 1, shipBy, shipBy + 180 days, shipBy + 180 days + 1];
        for (uint256 i; i < 4; ++i) {
            terms.deliverBy = deadlines[i];
            isVoid(terms, i == 0 || i == 3);
        }
    }

    function test_times_fit_in_forty_bits() public {
        Terms memory terms = sample();
        terms.deliverBy = uint64(type(uint40).max) - 60 days - 1;
        terms.shipBy = terms.deliverBy;
        isVoid(terms, false);
        terms.deliverBy += 1;
        isVoid(terms, true);
        terms.shipBy = type(uint64).max;
        terms.deliverBy = type(uint64).max;
        isVoid(terms, true);
    }

    function test_order_has_price_and_seller() public {
        Terms memory terms = sample();
        terms.price = 0;
        isVoid(terms, true);
        terms.price = 1;
        isVoid(terms, false);
        terms.seller = address(0);
        isVoid(terms, true);
    }

    /// @dev Each field is in the name of the order, so in the address that is paid.
    function test_each_field_changes_the_address() public view {
        address[19] memory seen;
        for (uint256 field; field <= 18; ++field) {
            bytes memory words = abi.encode(sample());
            if (field < 18) {
                // The lowest bit of the field, wherever its word is.
                uint256 last = field * 32 + 31;
                words[last] = bytes1(uint8(words[last]) ^ 1);
            }
            seen[field] = escrow.vaultOf(escrow.idOf(abi.decode(words, (Terms))));
            for (uint256 other; other < field; ++other) {
                vm.assertTrue(seen[other] != seen[field], "another address");
            }
        }
        vm.assertEq(seen[18], vaultOf(sample()), "idOf");
    }

    /// @dev Bits that a field does not have are refused, so that no two texts of the terms are one order.
    function test_bits_outside_a_field_are_refused() public {
        uint256[11] memory fields = [uint256(1), 2, 3, 4, 5, 6, 7, 8, 9, 12, 14];
        for (uint256 i; i < fields.length; ++i) {
            bytes memory words = abi.encode(sample());
            words[fields[i] * 32] = 0x01;
            (bool done,) = address(escrow).call(abi.encodePacked(escrow.idOf.selector, words));
            vm.assertTrue(!done, "refused");
        }
        bytes memory call = abi.encodeCall(escrow.ship, (sample(), TRACKING, ""));
        // The last byte of the word that holds the 21 bytes of the parcel.
        call[4 + 19 * 32 - 1] = 0x01;
        vm.prank(vm.addr(OP_KEY));
        (bool shipped_,) = address(escrow).call(call);
        vm.assertTrue(!shipped_, "refused");
    }

    /// @dev Level and demands, against the same rule written bit by bit.
    function test_match_levels_compare_as_number_and_demands(uint8 minimum, uint8 level) public {
        Terms memory terms = sample();
        terms.minMatch = minimum;
        bool expected = level % 8 >= minimum % 8;
        for (uint8 bit = 3; bit < 8; ++bit) {
            if (minimum >> bit & 1 == 1 && level >> bit & 1 == 0) expected = false;
        }
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        reports[0] = reportBy(0, terms, START, level);
        reports[1] = reportBy(1, terms, START, level);
        if (!expected) vm.expectRevert(abi.encodeWithSelector(Escrow.WrongReport.selector, 0));
        escrow.attest(terms, 2, attestors(), reports);
    }
}
