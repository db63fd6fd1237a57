// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {Token} from "./support/Tokens.sol";
import {vm} from "./support/Vm.sol";

/// @title Rows 1 and 2: the payment, and the shipment
contract ShipTest is Fixture {
    function test_payment_changes_no_state() public {
        Terms memory terms = sample();
        (bool paid,) = vaultOf(terms).call{value: PRICE}("");
        vm.assertTrue(paid, "paid");
        assertStatus(terms, Escrow.Status.Open);
        assertUntil(terms, 0);
    }

    function test_vault_has_no_code_before_money_goes_out() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.assertEq(vaultOf(terms).code.length, 0, "code");
    }

    function test_ship_stores_parcel_and_deadline() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.expectEmit(address(escrow));
        emit Escrow.Shipped(idOf(terms), TRACKING);
        ship(terms);
        Escrow.State memory state = escrow.stateOf(idOf(terms));
        vm.assertEq(uint256(state.status), uint256(Escrow.Status.Shipped), "status");
        vm.assertEq(uint256(state.shippedAt), START, "shippedAt");
        vm.assertEq(uint256(state.until), terms.deliverBy, "until");
        vm.assertEq(bytes32(state.tracking), bytes32(TRACKING), "tracking");
    }

    function test_ship_by_signature_needs_no_caller() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        bytes memory signature = signAct(OP_KEY, terms, "ship", uint256(bytes32(TRACKING)));
        vm.prank(STRANGER);
        escrow.ship(terms, TRACKING, signature);
        assertStatus(terms, Escrow.Status.Shipped);
    }

    function test_ship_in_last_second_is_taken() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.warp(terms.shipBy);
        ship(terms);
        assertStatus(terms, Escrow.Status.Shipped);
    }

    function test_ship_one_second_late_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        expectTooLate(terms.shipBy);
        ship(terms);
    }

    function test_ship_one_wei_short_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE - 1);
        vm.expectRevert(Escrow.NotFunded.selector);
        ship(terms);
    }

    function test_ship_one_token_unit_short_is_refused() public {
        Terms memory terms = sampleInToken();
        fund(terms, PRICE - 1);
        vm.deal(vaultOf(terms), PRICE);
        vm.expectRevert(Escrow.NotFunded.selector);
        ship(terms);
    }

    function test_ship_when_token_has_no_code_is_refused() public {
        Terms memory terms = sample();
        terms.token = address(0xdead);
        vm.deal(vaultOf(terms), PRICE);
        vm.prank(terms.sellerOp);
        vm.expectRevert(bytes4(keccak256("TokenFailed()")));
        escrow.ship(terms, TRACKING, "");
    }

    function test_ship_without_parcel_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.prank(terms.sellerOp);
        vm.expectRevert(Escrow.NoTracking.selector);
        escrow.ship(terms, 0, "");
    }

    function test_ship_by_others_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        address[4] memory others = [STRANGER, terms.seller, terms.buyerKey, terms.arbiter];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.ship(terms, TRACKING, "");
        }
    }

    function test_ship_signature_of_another_parcel_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        bytes memory signature = signAct(OP_KEY, terms, "ship", uint256(bytes32(TRACKING)) + (1 << 88));
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.ship(terms, TRACKING, signature);
    }

    function test_ship_twice_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        expectWrongStatus(Escrow.Status.Shipped);
        ship(terms);
    }

    function test_ship_of_closed_order_is_refused() public {
        Terms memory terms = sample();
        closed(terms);
        fund(terms, PRICE);
        vm.warp(START);
        expectWrongStatus(Escrow.Status.Closed);
        ship(terms);
    }

    function test_ship_on_another_chain_is_refused() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.chainId(10);
        vm.expectRevert(Escrow.WrongChain.selector);
        ship(terms);
    }

    function test_ship_with_void_terms_is_refused() public {
        Terms memory terms = sample();
        terms.disputeWindow = 1 hours;
        fund(terms, PRICE);
        vm.expectRevert(Escrow.VoidTerms.selector);
        ship(terms);
    }

    function test_ship_in_token_counts_tokens() public {
        Terms memory terms = sampleInToken();
        shipped(terms);
        assertStatus(terms, Escrow.Status.Shipped);
    }
}
