// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Deployed} from "./support/Deployed.sol";
import {Fixture} from "./support/Fixture.sol";
import {Refuser} from "./support/Payees.sol";
import {SilentToken, Token} from "./support/Tokens.sol";
import {vm} from "./support/Vm.sol";

/// @title Gas of each transaction, base fee and data included, for payees that nobody paid before
/// @dev The figures are in snapshots/gas.json, and a change of any fails the test. `GAS_CALLS=true` writes down
/// each transaction with the state before it: contracts/gas runs them again under another schedule.
contract GasTest is Fixture, Deployed {
    string private constant CALLS = "../target/contracts/calls/";

    /// @dev Sends a transaction, and notes its gas under `name`.
    function measure(string memory name, address from, address to, uint256 value, bytes memory data)
        private
        returns (uint256)
    {
        if (vm.envOr("GAS_CALLS", false)) {
            // Written is only what the test has read.
            vm.assertTrue(escrow.VAULT_CODE().code.length > 0, "vault");
            vm.dumpState(string.concat(CALLS, name, ".state.json"));
            string memory call_ = string.concat(
                '{"from": "',
                vm.toString(from),
                '", "to": "',
                vm.toString(to),
                '", "value": "',
                vm.toString(value)
            );
            call_ = string.concat(
                call_, '", "time": "', vm.toString(block.timestamp), '", "data": "', vm.toString(data), '"}\n'
            );
            vm.writeFile(string.concat(CALLS, name, ".call.json"), call_);
        }
        if (value > 0) vm.deal(from, value);
        vm.prank(from);
        (bool done,) = to.call{value: value}(data);
        vm.assertTrue(done, name);
        return vm.snapshotGasLastCall("gas", name);
    }

    function measure(string memory name, address from, bytes memory data) private returns (uint256) {
        return measure(name, from, address(escrow), 0, data);
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
        uint256 pay = measure(string.concat("1 pay", suffix), STRANGER, vaultOf(terms), PRICE, "");
        bytes memory data = abi.encodeCall(Escrow.ship, (terms, TRACKING, ""));
        uint256 ship_ = measure(string.concat("2 ship", suffix), terms.sellerOp, data);
        vm.warp(START + 7 days);
        data = abi.encodeCall(Escrow.attest, (terms, 2, attestors(), reportsBy(0, 1, terms)));
        uint256 attest_ = measure(string.concat("4 attest 2 of 3", suffix), KEEPER, data);
        vm.warp(START + 12 days);
        data = abi.encodeCall(Escrow.finalize, (terms));
        uint256 finalize_ = measure(string.concat("8 finalize", suffix), KEEPER, data);

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
        bytes memory data = abi.encodeCall(Escrow.ship, (terms, TRACKING, ""));
        measure(string.concat("2 ship, ", name), terms.sellerOp, data);
        vm.warp(START + 7 days);
        attest(terms);
        vm.warp(START + 12 days);
        measure(string.concat("8 finalize, ", name), KEEPER, abi.encodeCall(Escrow.finalize, (terms)));
    }

    function test_gas_of_shipment_by_signature() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        bytes memory signature = signAct(OP_KEY, terms, "ship", uint256(bytes32(TRACKING)));
        measure("2 ship by signature", STRANGER, abi.encodeCall(Escrow.ship, (terms, TRACKING, signature)));
    }

    function test_gas_of_extension() public {
        Terms memory terms = sample();
        shipped(terms);
        uint64 until = terms.deliverBy + 10 days;
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, terms, until);
        bytes memory data = abi.encodeCall(Escrow.extend, (terms, until, 2, attestors(), list));
        measure("5 extend", STRANGER, data);
    }

    function test_gas_of_late_refunds() public {
        for (uint256 i; i < 2; ++i) {
            string memory suffix = i == 0 ? "" : " with a tip";
            Terms memory terms = sample();
            terms.order = bytes32(i);
            terms.keeperTip = uint96(i * PRICE / 100);
            terms.refundTo = address(uint160(uint256(keccak256(abi.encode("refund", i)))));
            bytes memory data = abi.encodeCall(Escrow.refundLate, (terms));
            uint256 state = vm.snapshotState();
            fund(terms, PRICE);
            vm.warp(terms.shipBy + 1);
            measure(string.concat("3 refund, not shipped", suffix), KEEPER, data);
            vm.revertToState(state);

            vm.warp(START);
            shipped(terms);
            vm.warp(terms.deliverBy + 1);
            measure(string.concat("6 refund, not delivered", suffix), KEEPER, data);
            vm.revertToState(state);

            vm.warp(START);
            disputedDelivered(terms);
            vm.warp(START + 365 days);
            data = abi.encodeCall(Escrow.arbiterTimeout, (terms));
            measure(string.concat("10 arbiter silent", suffix), KEEPER, data);
            vm.revertToState(state);
        }
    }

    function test_gas_of_dispute_and_ruling() public {
        Terms memory terms = sample();
        delivered(terms);
        bytes memory data = abi.encodeCall(Escrow.dispute, (terms, terms.buyerKey, ""));
        measure("7 dispute", terms.buyerKey, data);
        measure("9 rule, three payees", terms.arbiter, abi.encodeCall(Escrow.rule, (terms, 6000, "")));
    }

    function test_gas_of_release_and_refund() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory act = signAct(BUYER_KEY, terms, "release", 0);
        bytes memory text = sign(BUYER_KEY, escrow.releaseTextDigest(vaultOf(terms)));
        uint256 state = vm.snapshotState();
        measure("11 release by secret", STRANGER, abi.encodeCall(Escrow.release, (terms, bytes(SECRET))));
        vm.revertToState(state);
        measure("11 release by signature", STRANGER, abi.encodeCall(Escrow.release, (terms, act)));
        vm.revertToState(state);
        measure("11 release by signed text", STRANGER, abi.encodeCall(Escrow.release, (terms, text)));
        vm.revertToState(state);
        measure("12 refund by seller", terms.sellerOp, abi.encodeCall(Escrow.refund, (terms, "")));
    }

    function test_gas_of_failed_payment_and_what_is_left() public {
        Terms memory terms = sample();
        address refuser = address(new Refuser());
        terms.refundTo = refuser;
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        measure("3 refund that fails", KEEPER, abi.encodeCall(Escrow.refundLate, (terms)));
        bytes memory data = abi.encodeCall(Escrow.pull, (terms, address(0), refuser, STRANGER));
        measure("14 pull", refuser, data);
        terms.order = "next";
        terms.refundTo = REFUND_TO;
        vm.warp(START);
        closed(terms);
        fund(terms, PRICE);
        measure("15 sweep", STRANGER, abi.encodeCall(Escrow.sweep, (terms, address(0))));
    }

    function test_gas_of_deployment() public {
        makeDeployer();
        measure("deployment", STRANGER, DEPLOYER, 0, deploymentData());
    }
}
