// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Payments} from "../src/Payments.sol";
import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {FalseToken, FeeToken, FragileToken, OddToken, SilentToken, Token} from "./support/Tokens.sol";
import {vm} from "./support/Vm.sol";

/// @title Tokens as they are
contract TokensTest is Fixture {
    function sampleIn(Token asset) private view returns (Terms memory terms) {
        terms = sample();
        terms.token = address(asset);
        terms.keeperTip = PRICE / 100;
    }

    function isPaidIn(Token asset) private {
        Terms memory terms = sampleIn(asset);
        delivered(terms);
        fund(terms, 2 ether);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        assertPaid(terms, 0.99 ether, 2 ether, 0, 0.01 ether);
    }

    function test_plain_token_is_paid() public {
        isPaidIn(new Token());
    }

    function test_token_that_answers_nothing_is_paid() public {
        isPaidIn(new SilentToken());
    }

    function test_token_that_answers_true_or_false_is_paid() public {
        isPaidIn(new FalseToken());
    }

    function isOwedIn(Token asset) private {
        vm.warp(START);
        Terms memory terms = sampleIn(asset);
        delivered(terms);
        asset.setBlocked(SELLER, true);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        vm.assertEq(owedTo(terms, SELLER), 0.99 ether, "owed");
        vm.assertEq(asset.balanceOf(KEEPER), 0.01 ether, "keeper");
        vm.assertEq(asset.balanceOf(vaultOf(terms)), 0.99 ether, "vault");
    }

    function test_blocked_payee_is_owed() public {
        isOwedIn(new Token());
        isOwedIn(new SilentToken());
        isOwedIn(new FalseToken());
    }

    function test_answers_that_are_no_true_are_owed() public {
        bytes[5] memory answers = [
            abi.encode(false),
            abi.encode(uint256(2)),
            bytes(hex"01"),
            new bytes(31),
            abi.encodePacked(new bytes(31), hex"00", hex"01")
        ];
        for (uint256 i; i < answers.length; ++i) {
            OddToken odd = new OddToken();
            odd.setAnswer(answers[i]);
            Terms memory terms = sampleIn(odd);
            closed(terms);
            vm.assertEq(owedTo(terms, REFUND_TO), 0.99 ether, "owed");
        }
    }

    function test_longer_answer_that_begins_with_true_is_paid() public {
        OddToken odd = new OddToken();
        odd.setAnswer(abi.encodePacked(abi.encode(true), new bytes(1000)));
        Terms memory terms = sampleIn(odd);
        closed(terms);
        vm.assertEq(owedTo(terms, REFUND_TO), 0, "owed");
    }

    /// @dev Such a token never reaches the price, so the order cannot be shipped and is refunded.
    function test_token_with_a_fee_is_refunded() public {
        FeeToken fee = new FeeToken();
        Terms memory terms = sampleIn(fee);
        terms.keeperTip = 0;
        fee.mint(address(this), PRICE);
        vm.assertTrue(fee.transfer(vaultOf(terms), PRICE), "paid");
        vm.expectRevert(Escrow.NotFunded.selector);
        ship(terms);
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
        vm.assertEq(fee.balanceOf(REFUND_TO), 0.9801 ether, "buyer");
    }

    function test_token_that_shrinks_pays_what_is_there() public {
        Terms memory terms = sampleIn(token);
        delivered(terms);
        token.burn(vaultOf(terms), 0.4 ether);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        assertPaid(terms, 0.59 ether, 0, 0, 0.01 ether);
    }

    /// @dev A seller must not lose the price because a token is down when somebody finalizes.
    function test_seller_waits_for_token_that_is_down() public {
        FragileToken fragile = new FragileToken();
        Terms memory terms = sampleIn(fragile);
        delivered(terms);
        fragile.setDown(true);
        vm.warp(START + 12 days);
        vm.expectRevert(Payments.TokenFailed.selector);
        escrow.finalize(terms);
        vm.expectRevert(Payments.TokenFailed.selector);
        escrow.release(terms, bytes(SECRET));
        fragile.setDown(false);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        assertPaid(terms, 0.99 ether, 0, 0, 0.01 ether);
    }

    function test_refund_of_token_that_is_down_is_swept_later() public {
        FragileToken fragile = new FragileToken();
        Terms memory terms = sampleIn(fragile);
        fund(terms, PRICE);
        fragile.setDown(true);
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
        assertStatus(terms, Escrow.Status.Closed);
        vm.expectRevert(Payments.TokenFailed.selector);
        escrow.sweep(terms, address(fragile));
        fragile.setDown(false);
        escrow.sweep(terms, address(fragile));
        assertPaid(terms, 0, PRICE, 0, 0);
    }

    /// @dev The code of a token can go. Nothing is paid, and nothing counts as paid.
    function test_token_without_code_pays_nobody() public {
        Terms memory terms = sampleIn(token);
        delivered(terms);
        vm.etch(address(token), "");
        vm.warp(START + 12 days);
        vm.expectRevert(Payments.TokenFailed.selector);
        escrow.finalize(terms);
    }

    function test_ether_in_a_token_order_goes_to_buyer() public {
        Terms memory terms = sampleIn(token);
        vm.deal(vaultOf(terms), 1 ether);
        delivered(terms);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        escrow.sweep(terms, address(0));
        vm.assertEq(REFUND_TO.balance, 1 ether, "buyer");
        assertPaid(terms, 0.99 ether, 0, 0, 0.01 ether);
    }
}
