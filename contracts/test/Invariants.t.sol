// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Actors} from "./support/Actors.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

/// @title I1 to I4, I10 and I13, after any calls by any actors
contract InvariantsTest is Fixture {
    Actors internal actors;

    function setUp() public override {
        super.setUp();
        actors = new Actors();
    }

    /// @dev forge calls nothing but the actors.
    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(actors);
    }

    /// @dev I1: what was paid in is in the vaults or was paid out, to the last unit, in Ether and in tokens.
    function invariant_I1_nothing_is_lost_or_made() public view {
        for (uint256 asset; asset < 2; ++asset) {
            uint256 held;
            for (uint256 i; i < actors.ORDERS(); ++i) {
                held += actors.balanceOf(asset, actors.vaultAt(i));
            }
            for (uint256 i; i < actors.payees(); ++i) {
                held += actors.balanceOf(asset, actors.payeeAt(i));
            }
            vm.assertEq(held, actors.deposited(asset), "deposits");
        }
    }

    /// @dev I1 and I13: what is owed is in the vault, and the sums are right.
    function invariant_I13_what_is_owed_is_there() public view {
        for (uint256 i; i < actors.ORDERS(); ++i) {
            for (uint256 asset; asset < 2; ++asset) {
                uint256 sum;
                for (uint256 j; j < actors.payees(); ++j) {
                    sum += actors.owed(i, asset, actors.payeeAt(j));
                }
                vm.assertEq(sum, actors.owedTotal(i, asset), "sum");
                vm.assertLe(sum, actors.balanceOf(asset, actors.vaultAt(i)), "there");
            }
        }
    }

    /// @dev I2 and I3: a seller has nothing without a release, a ruling or a report of delivery, and never more
    /// than the price.
    function invariant_I2_I3_seller_is_paid_for_a_reason() public view {
        for (uint256 i; i < actors.ORDERS(); ++i) {
            uint256 has =
                actors.balanceOf(i % 2, actors.sellerAt(i)) + actors.owed(i, i % 2, actors.sellerAt(i));
            vm.assertLe(has, actors.termsAt(i).price, "at most the price");
            vm.assertEq(actors.balanceOf(1 - i % 2, actors.sellerAt(i)), 0, "no other asset");
            if (has > 0) vm.assertTrue(actors.hasReason(i), "reason");
        }
    }

    /// @dev I4: nobody but the parties and whoever sent a transaction with a tip has anything.
    function invariant_I4_no_stranger_has_anything() public view {
        for (uint256 asset; asset < 2; ++asset) {
            vm.assertEq(actors.balanceOf(asset, STRANGER), 0, "stranger");
            vm.assertEq(actors.balanceOf(asset, address(actors.escrow())), 0, "contract");
            vm.assertEq(actors.balanceOf(asset, actors.escrow().VAULT_CODE()), 0, "original");
            vm.assertLe(actors.balanceOf(asset, KEEPER), actors.tips(asset), "keeper");
        }
    }

    /// @dev I5: an ending is the only one.
    function invariant_I5_order_closes_once() public view {
        for (uint256 i; i < actors.ORDERS(); ++i) {
            bool isClosed = actors.statusAt(i) == Escrow.Status.Closed;
            vm.assertEq(actors.endings(i), isClosed ? 1 : 0, "endings");
        }
    }

    /// @dev I10: whatever happened, somebody can end each order when all its deadlines have passed, and nothing
    /// that is not owed stays in a vault.
    function invariant_I10_time_ends_every_order() public {
        uint256 state = vm.snapshotState();
        vm.warp(actors.END());
        for (uint256 i; i < actors.ORDERS(); ++i) {
            Terms memory terms = actors.termsAt(i);
            Escrow.Status status = actors.statusAt(i);
            Escrow target = actors.escrow();
            if (status == Escrow.Status.Open || status == Escrow.Status.Shipped) target.refundLate(terms);
            else if (status == Escrow.Status.Delivered) target.finalize(terms);
            else if (status != Escrow.Status.Closed) target.arbiterTimeout(terms);
            vm.assertEq(uint256(actors.statusAt(i)), uint256(Escrow.Status.Closed), "closed");
            for (uint256 asset; asset < 2; ++asset) {
                address vault = actors.vaultAt(i);
                if (actors.balanceOf(asset, vault) > actors.owedTotal(i, asset)) {
                    target.sweep(terms, asset == 0 ? address(0) : address(actors.token()));
                }
                vm.assertEq(actors.balanceOf(asset, vault), actors.owedTotal(i, asset), "left");
            }
        }
        vm.revertToState(state);
    }
}
