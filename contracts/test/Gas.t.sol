// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Deployed} from "./support/Deployed.sol";
import {Fixture} from "./support/Fixture.sol";
import {Refuser} from "./support/Payees.sol";
import {SilentToken, Token} from "./support/Tokens.sol";
import {vm} from "./support/Vm.sol";

/// @title Gas of each transaction, base fee and data included, for payees that nobody paid before
/// @dev The figures are in snapshots/gas.json, and a change of any fails the test.
contract GasTest is Fixture, Deployed {
    function note(string memory name) private returns (uint256) {
        return vm.snapshotGasLastCall("gas", name);
    }

    function test_gas_of_happy_path_is_within_bounds() public {
        path("", 0);
        path(" with a tip", PRICE / 100);
    }

    function path(string memory suffix, uint96 tip) private {
        Terms memory terms = sample();
        terms.keeperTip = tip;
        terms.seller = address(uint160(uint256(keccak256(bytes(suffix)))));
        vm.warp(START);
        vm.deal(address(this), PRICE);
        (bool done,) = vaultOf(terms).call{value: PRICE}("");
        uint256 pay = note(string.concat("1 pay", suffix));
        vm.prank(terms.sellerOp);
        escrow.ship(terms, TRACKING, "");
        uint256 ship_ = note(string.concat("2 ship", suffix));
        vm.warp(START + 7 days);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        address[] memory list = attestors();
        vm.prank(KEEPER);
        escrow.attest(terms, 2, list, reports);
        uint256 attest_ = note(string.concat("4 attest 2 of 3", suffix));
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        uint256 finalize_ = note(string.concat("8 finalize", suffix));

        vm.assertTrue(done, "paid");
        vm.assertLe(pay, 21_000, "pay");
        vm.assertLe(ship_, 75_000, "ship");
        vm.assertLe(attest_, 65_000, "attest");
        // With a tip, one more payee is paid.
        vm.assertLe(finalize_, tip == 0 ? 130_000 : 140_000, "finalize");
        if (tip == 0) vm.assertLe(ship_ + attest_ + finalize_, 270_000, "together");
    }

    function test_gas_of_tokens() public {
        inToken("token", token);
        inToken("token that answers nothing", new SilentToken());
    }

    function inToken(string memory name, Token asset) private {
        Terms memory terms = sample();
        terms.token = address(asset);
        vm.warp(START);
        fund(terms, PRICE);
        vm.prank(terms.sellerOp);
        escrow.ship(terms, TRACKING, "");
        note(string.concat("2 ship, ", name));
        vm.warp(START + 7 days);
        attest(terms);
        vm.warp(START + 12 days);
        vm.prank(KEEPER);
        escrow.finalize(terms);
        note(string.concat("8 finalize, ", name));
    }

    function test_gas_of_shipment_by_signature() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        bytes memory signature = signAct(OP_KEY, terms, "ship", uint256(bytes32(TRACKING)));
        escrow.ship(terms, TRACKING, signature);
        note("2 ship by signature");
    }

    function test_gas_of_extension() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 10 days;
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
        address[] memory all = attestors();
        escrow.extend(terms, until, 2, all, list);
        note("5 extend");
    }

    function test_gas_of_late_refunds() public {
        for (uint256 i; i < 2; ++i) {
            string memory suffix = i == 0 ? "" : " with a tip";
            Terms memory terms = sample();
            terms.order = bytes32(i);
            terms.keeperTip = uint96(i * PRICE / 100);
            terms.refundTo = address(uint160(uint256(keccak256(abi.encode("refund", i)))));
            uint256 state = vm.snapshotState();
            fund(terms, PRICE);
            vm.warp(terms.shipBy + 1);
            vm.prank(KEEPER);
            escrow.refundLate(terms);
            note(string.concat("3 refund, not shipped", suffix));
            vm.revertToState(state);

            vm.warp(START);
            shipped(terms);
            vm.warp(terms.deliverBy + 1);
            vm.prank(KEEPER);
            escrow.refundLate(terms);
            note(string.concat("6 refund, not delivered", suffix));
            vm.revertToState(state);

            vm.warp(START);
            disputedDelivered(terms);
            vm.warp(START + 365 days);
            vm.prank(KEEPER);
            escrow.arbiterTimeout(terms);
            note(string.concat("10 arbiter silent", suffix));
            vm.revertToState(state);
        }
    }

    function test_gas_of_dispute_and_ruling() public {
        Terms memory terms = sample();
        delivered(terms);
        vm.prank(terms.buyerKey);
        escrow.dispute(terms, terms.buyerKey, "");
        note("7 dispute");
        vm.prank(terms.arbiter);
        escrow.rule(terms, 6000, "");
        note("9 rule, three payees");
    }

    function test_gas_of_release_and_refund() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory act = signAct(BUYER_KEY, terms, "release", 0);
        bytes memory text = sign(BUYER_KEY, escrow.releaseTextDigest(vaultOf(terms)));
        uint256 state = vm.snapshotState();
        escrow.release(terms, bytes(SECRET));
        note("11 release by secret");
        vm.revertToState(state);
        escrow.release(terms, act);
        note("11 release by signature");
        vm.revertToState(state);
        escrow.release(terms, text);
        note("11 release by signed text");
        vm.revertToState(state);
        vm.prank(terms.sellerOp);
        escrow.refund(terms, "");
        note("12 refund by seller");
    }

    function test_gas_of_failed_payment_and_what_is_left() public {
        Terms memory terms = sample();
        terms.refundTo = address(new Refuser());
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
        note("3 refund that fails");
        vm.prank(terms.refundTo);
        escrow.pull(terms, address(0), terms.refundTo, STRANGER);
        note("14 pull");
        terms.order = "next";
        terms.refundTo = REFUND_TO;
        vm.warp(START);
        closed(terms);
        fund(terms, PRICE);
        escrow.sweep(terms, address(0));
        note("15 sweep");
    }

    function test_gas_of_deployment() public {
        deploy();
        note("deployment");
    }
}
