// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Payments} from "../src/Payments.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {HungryPayee, Refuser, Wallet} from "./support/Payees.sol";
import {SecondName, Token} from "./support/Tokens.sol";
import {vm} from "./support/Vm.sol";

/// @title Row 14: a payment that failed is made
contract PullTest is Fixture {
    Refuser internal refuser;

    function setUp() public override {
        super.setUp();
        refuser = new Refuser();
    }

    /// @dev An order whose buyer refuses Ether, refunded: all of it is owed.
    function owing() private returns (Terms memory terms) {
        terms = sample();
        terms.refundTo = address(refuser);
        closed(terms);
        vm.assertEq(owedTo(terms, address(refuser)), PRICE, "owed");
    }

    function test_payee_pulls_to_another_address() public {
        Terms memory terms = owing();
        vm.expectEmit(address(escrow));
        emit Escrow.Pulled(idOf(terms), address(0), address(refuser), STRANGER, PRICE);
        vm.prank(address(refuser));
        escrow.pull(terms, address(0), address(refuser), STRANGER);
        vm.assertEq(STRANGER.balance, PRICE, "paid");
        vm.assertEq(owedTo(terms, address(refuser)), 0, "owed");
        vm.assertEq(escrow.owedTotal(idOf(terms), address(0)), 0, "owedTotal");
    }

    function test_anyone_pulls_to_payee() public {
        Terms memory terms = owing();
        refuser.setOpen(true);
        vm.prank(STRANGER);
        escrow.pull(terms, address(0), address(refuser), address(refuser));
        vm.assertEq(address(refuser).balance, PRICE, "paid");
    }

    function test_pull_to_others_by_others_is_refused() public {
        Terms memory terms = owing();
        vm.prank(STRANGER);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.pull(terms, address(0), address(refuser), STRANGER);
    }

    function test_pull_to_nobody_is_refused() public {
        Terms memory terms = owing();
        vm.prank(address(refuser));
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.pull(terms, address(0), address(refuser), address(0));
    }

    function test_pull_that_fails_stays_owed() public {
        Terms memory terms = owing();
        vm.expectRevert(Payments.PaymentFailed.selector);
        escrow.pull(terms, address(0), address(refuser), address(refuser));
        vm.assertEq(owedTo(terms, address(refuser)), PRICE, "owed");
    }

    function test_pull_twice_is_refused() public {
        Terms memory terms = owing();
        vm.deal(vaultOf(terms), 10 ether);
        vm.prank(address(refuser));
        escrow.pull(terms, address(0), address(refuser), STRANGER);
        vm.prank(address(refuser));
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.pull(terms, address(0), address(refuser), STRANGER);
    }

    function test_pull_of_open_order_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.prank(REFUND_TO);
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.pull(terms, address(0), REFUND_TO, REFUND_TO);
    }

    function test_payee_that_needs_much_gas_gets_it_by_pull() public {
        Terms memory terms = sample();
        terms.refundTo = address(new HungryPayee());
        closed(terms);
        vm.assertEq(owedTo(terms, terms.refundTo), PRICE, "owed");
        escrow.pull(terms, address(0), terms.refundTo, terms.refundTo);
        vm.assertEq(terms.refundTo.balance, PRICE, "paid");
    }

    function test_pull_of_blocked_tokens_after_they_are_free() public {
        Terms memory terms = sampleInToken();
        token.setBlocked(REFUND_TO, true);
        closed(terms);
        vm.assertEq(owedTo(terms, REFUND_TO), PRICE, "owed");
        vm.prank(REFUND_TO);
        escrow.pull(terms, address(token), REFUND_TO, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), PRICE, "paid");
    }

    function test_pull_pays_what_token_left_and_rest_stays_owed() public {
        Terms memory terms = sampleInToken();
        token.setBlocked(REFUND_TO, true);
        closed(terms);
        token.burn(vaultOf(terms), PRICE / 4);
        vm.prank(REFUND_TO);
        escrow.pull(terms, address(token), REFUND_TO, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), PRICE - PRICE / 4, "paid");
        vm.assertEq(owedTo(terms, REFUND_TO), PRICE / 4, "owed");
    }
}

/// @title Row 15: what is left goes to the buyer
contract SweepTest is Fixture {
    function test_late_money_goes_to_buyer() public {
        Terms memory terms = sample();
        closed(terms);
        fund(terms, 3 ether);
        vm.expectEmit(address(escrow));
        emit Escrow.Swept(idOf(terms), address(0), 3 ether);
        vm.prank(STRANGER);
        escrow.sweep(terms, address(0));
        assertPaid(terms, 0, PRICE + 3 ether, 0, 0);
    }

    function test_money_after_close_without_vault_goes_to_buyer() public {
        Terms memory terms = sample();
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
        fund(terms, PRICE);
        escrow.sweep(terms, address(0));
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    function test_money_in_another_asset_goes_to_buyer() public {
        Terms memory terms = sample();
        token.mint(vaultOf(terms), 7);
        closed(terms);
        escrow.sweep(terms, address(token));
        vm.assertEq(token.balanceOf(REFUND_TO), 7, "tokens");
    }

    function test_vault_takes_ether_after_it_was_made() public {
        Terms memory terms = sample();
        closed(terms);
        vm.deal(address(this), 1 ether);
        (bool taken,) = vaultOf(terms).call{value: 1 ether}("");
        vm.assertTrue(taken, "taken");
        escrow.sweep(terms, address(0));
        vm.assertEq(REFUND_TO.balance, PRICE + 1 ether, "buyer");
    }

    function test_sweep_leaves_what_is_owed() public {
        Terms memory terms = sample();
        terms.seller = address(new Refuser());
        delivered(terms);
        vm.warp(START + 12 days);
        escrow.finalize(terms);
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.sweep(terms, address(0));
        fund(terms, 2 ether);
        escrow.sweep(terms, address(0));
        vm.assertEq(REFUND_TO.balance, 2 ether, "buyer");
        vm.assertEq(vaultOf(terms).balance, PRICE, "vault");
        vm.assertEq(owedTo(terms, terms.seller), PRICE, "owed");
    }

    function test_sweep_that_fails_is_owed_once() public {
        Terms memory terms = sampleInToken();
        terms.refundTo = address(new Refuser());
        closed(terms);
        vm.deal(vaultOf(terms), 2 ether);
        escrow.sweep(terms, address(0));
        vm.assertEq(escrow.owed(idOf(terms), address(0), terms.refundTo), 2 ether, "owed");
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.sweep(terms, address(0));
        vm.prank(terms.refundTo);
        escrow.pull(terms, address(0), terms.refundTo, STRANGER);
        vm.assertEq(STRANGER.balance, 2 ether, "paid");
    }

    function test_sweep_of_open_order_is_refused() public {
        for (uint8 i; i < uint8(Escrow.Status.Closed); ++i) {
            vm.warp(START);
            Terms memory terms = sample();
            terms.order = bytes32(uint256(i));
            open(terms, Escrow.Status(i));
            token.mint(vaultOf(terms), 7);
            expectWrongStatus(Escrow.Status(i));
            escrow.sweep(terms, address(0));
            expectWrongStatus(Escrow.Status(i));
            escrow.sweep(terms, address(token));
        }
    }

    function test_sweep_of_nothing_is_refused() public {
        Terms memory terms = sample();
        closed(terms);
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.sweep(terms, address(0));
        vm.expectRevert(Payments.NothingToPay.selector);
        escrow.sweep(terms, address(token));
        vm.expectRevert(Payments.TokenFailed.selector);
        escrow.sweep(terms, STRANGER);
    }

    /// @dev The seller's payment failed. The token has a second contract, and the buyer sweeps through it.
    function test_sweep_by_second_name_leaves_what_is_owed() public {
        Terms memory terms = sampleInToken();
        delivered(terms);
        token.setBlocked(SELLER, true);
        vm.warp(START + 12 days);
        escrow.finalize(terms);
        SecondName second = new SecondName(token);
        vm.expectRevert(Payments.SameMoney.selector);
        escrow.sweep(terms, address(second));
        vm.assertEq(token.balanceOf(vaultOf(terms)), PRICE, "vault");
    }

    /// @dev The same, by a sweep that is made to fail, so that it is owed under the second name.
    function test_pull_by_second_name_leaves_what_is_owed() public {
        Terms memory terms = sampleInToken();
        delivered(terms);
        token.setBlocked(SELLER, true);
        token.setBlocked(REFUND_TO, true);
        vm.warp(START + 12 days);
        escrow.finalize(terms);
        SecondName second = new SecondName(token);
        escrow.sweep(terms, address(second));
        vm.prank(REFUND_TO);
        vm.expectRevert(Payments.SameMoney.selector);
        escrow.pull(terms, address(second), REFUND_TO, STRANGER);
        vm.prank(SELLER);
        escrow.pull(terms, address(token), SELLER, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), PRICE, "seller");
    }

    /// @dev Whoever is the escrow contract's vault cannot be told to call the escrow contract.
    function test_sweep_of_contracts_that_are_no_tokens_is_refused() public {
        Terms memory terms = sample();
        closed(terms);
        address[3] memory others = [address(escrow), vaultOf(terms), escrow.VAULT_CODE()];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(Payments.TokenFailed.selector);
            escrow.sweep(terms, others[i]);
        }
    }

    function test_sweep_pays_wallet_contract() public {
        Terms memory terms = sample();
        terms.refundTo = address(new Wallet(STRANGER));
        closed(terms);
        fund(terms, 1 ether);
        escrow.sweep(terms, address(0));
        vm.assertEq(terms.refundTo.balance, PRICE + 1 ether, "buyer");
    }
}
