// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title The division of row 9, for any numbers
contract SplitTest is Fixture {
    function testFuzz_ruling_divides_all_and_rounds_for_buyer(
        uint128 price,
        uint128 more,
        uint128 taken,
        uint16 fee,
        uint256 share
    ) public {
        Terms memory terms = sampleInToken();
        terms.price = price == 0 ? 1 : price;
        terms.arbiterFeeBps = fee % 1001;
        share %= 10_001;
        terms.refundTo = address(0xB);
        disputed(terms);
        fund(terms, more);
        // A token may have taken some back, up to all.
        uint256 balance = uint256(terms.price) + more;
        token.burn(vaultOf(terms), taken % (balance + 1));
        balance -= taken % (balance + 1);

        vm.prank(terms.arbiter);
        escrow.rule(terms, share, "");

        uint256 divided = balance < terms.price ? balance : terms.price;
        uint256 toArbiter = token.balanceOf(terms.arbiter);
        uint256 toSeller = token.balanceOf(SELLER);
        uint256 toBuyer = token.balanceOf(terms.refundTo);
        vm.assertEq(toArbiter + toSeller + toBuyer, balance, "all is paid");
        // The arbiter's fee is rounded down, and at most a tenth.
        vm.assertLe(toArbiter * 10_000, divided * terms.arbiterFeeBps, "fee at most");
        vm.assertTrue((toArbiter + 1) * 10_000 > divided * terms.arbiterFeeBps, "fee at least");
        vm.assertLe(toArbiter, divided / 10, "fee bound");
        // The seller's share is rounded down, by less than one.
        uint256 rest = divided - toArbiter;
        vm.assertLe(toSeller * 10_000, rest * (10_000 - share), "seller at most");
        vm.assertTrue((toSeller + 1) * 10_000 > rest * (10_000 - share), "seller at least");
        vm.assertGe(toBuyer, balance - divided, "excess goes back");
        if (share == 10_000) vm.assertEq(toSeller, 0, "nothing to seller");
        if (share == 0) vm.assertEq(toBuyer, balance - divided, "nothing of the price to buyer");
    }

    /// @dev The tip is at most a twentieth of what is there, whatever is there, and comes out of nothing else.
    function testFuzz_tip_is_at_most_a_twentieth(uint128 price, uint96 tip, uint128 paid, bool isDelivered)
        public
    {
        Terms memory terms = sample();
        terms.price = price == 0 ? 1 : price;
        terms.keeperTip = uint96(tip % (terms.price / 20 + 1));
        if (isDelivered) {
            delivered(terms);
            vm.warp(START + 12 days);
            vm.prank(KEEPER);
            escrow.finalize(terms);
            vm.assertEq(KEEPER.balance, terms.keeperTip, "tip");
            vm.assertEq(SELLER.balance + KEEPER.balance, terms.price, "seller");
            return;
        }
        fund(terms, paid);
        vm.warp(terms.shipBy + 1);
        vm.prank(KEEPER);
        escrow.refundLate(terms);
        vm.assertLe(KEEPER.balance * 20, paid, "tip");
        vm.assertLe(KEEPER.balance, terms.keeperTip, "tip");
        vm.assertEq(REFUND_TO.balance + KEEPER.balance, paid, "buyer");
    }
}
