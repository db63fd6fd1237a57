// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Payments} from "../src/Payments.sol";
import {Terms} from "../src/Terms.sol";
import {Vault} from "../src/Vault.sol";
import {Fixture} from "./support/Fixture.sol";
import {Bomb, ExactPayee, GasBurner, Reenterer, Refuser, Wallet} from "./support/Payees.sol";
import {vm} from "./support/Vm.sol";

/// @title I11: a payee cannot change what others get
contract PayeesTest is Fixture {
    /// @dev Gas of a ruling with three payees that each use up all that a push gives.
    uint256 private constant ENOUGH = 700_000;

    /// @dev Puts `payee` into each part of a ruling, then looks at what the two others got.
    function hasHeldUpNobody(address payee, bool isPaid) private {
        for (uint256 part; part < 3; ++part) {
            uint256 before = payee.balance;
            Terms memory terms = sample();
            terms.order = keccak256(abi.encode(payee, part));
            terms.seller = address(uint160(0xA0 + part));
            terms.refundTo = address(uint160(0xB0 + part));
            if (part == 0) terms.seller = payee;
            else if (part == 1) terms.refundTo = payee;
            else terms.arbiter = payee;
            vm.warp(START);
            fund(terms, PRICE);
            ship(terms);
            vm.prank(terms.arbiter);
            escrow.dispute(terms, terms.arbiter, "");
            uint256 arbiterHad = terms.arbiter.balance;
            vm.prank(terms.arbiter);
            escrow.rule{gas: ENOUGH}(terms, 6000, "");

            assertStatus(terms, Escrow.Status.Closed);
            uint256[3] memory amounts = [uint256(0.38 ether), 0.57 ether, 0.05 ether];
            if (part != 0) vm.assertEq(terms.seller.balance, amounts[0], "seller");
            if (part != 1) vm.assertEq(terms.refundTo.balance, amounts[1], "buyer");
            if (part != 2) vm.assertEq(terms.arbiter.balance - arbiterHad, amounts[2], "arbiter");
            vm.assertEq(payee.balance - before, isPaid ? amounts[part] : 0, "payee");
            vm.assertEq(owedTo(terms, payee), isPaid ? 0 : amounts[part], "owed");
            vm.assertEq(vaultOf(terms).balance, isPaid ? 0 : amounts[part], "vault");
            vm.deal(terms.seller, 0);
            vm.deal(terms.refundTo, 0);
            vm.deal(terms.arbiter, 0);
        }
    }

    function test_payee_that_reverts_holds_up_nobody() public {
        hasHeldUpNobody(address(new Refuser()), false);
    }

    function test_payee_that_burns_gas_holds_up_nobody() public {
        hasHeldUpNobody(address(new GasBurner()), false);
    }

    function test_payee_that_answers_much_holds_up_nobody() public {
        hasHeldUpNobody(address(new Bomb(false)), true);
    }

    function test_payee_that_reverts_with_much_holds_up_nobody() public {
        hasHeldUpNobody(address(new Bomb(true)), false);
    }

    /// @dev The same with a megabyte: `pull` gives all gas there is, and reads nothing of the answer.
    function test_pull_reads_nothing_of_a_megabyte() public {
        Terms memory terms = sample();
        terms.refundTo = address(new Refuser());
        closed(terms);
        address bomb = address(new Bomb(false));
        vm.prank(terms.refundTo);
        escrow.pull{gas: 6_000_000}(terms, address(0), terms.refundTo, bomb);
        vm.assertEq(bomb.balance, PRICE, "paid");
    }

    function test_wallet_contract_is_paid() public {
        hasHeldUpNobody(address(new Wallet(STRANGER)), true);
    }

    function test_tip_that_is_refused_is_owed() public {
        Terms memory terms = sample();
        terms.keeperTip = PRICE / 20;
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        address refuser = address(new Refuser());
        vm.prank(refuser);
        escrow.refundLate(terms);
        vm.assertEq(owedTo(terms, refuser), PRICE / 20, "owed");
        vm.assertEq(REFUND_TO.balance, PRICE - PRICE / 20, "buyer");
    }

    function test_payee_in_two_parts_is_owed_the_sum() public {
        Terms memory terms = sample();
        terms.seller = terms.refundTo = address(new Refuser());
        disputed(terms);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 5000, "");
        vm.assertEq(owedTo(terms, terms.seller), 0.95 ether, "owed");
    }

    /// @dev A payee that takes money only with nearly all the gas of a push: whatever gas the caller sends, it is paid
    /// or nothing happens. Never is it owed because a caller sent too little.
    function test_caller_cannot_starve_a_payee() public {
        Terms memory terms = sample();
        terms.refundTo = address(new ExactPayee());
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        uint256 state = vm.snapshotState();
        bool hasReverted;
        bool hasPaid;
        for (uint256 gasLimit = 60_000; gasLimit < 420_000; gasLimit += 1_500) {
            try escrow.refundLate{gas: gasLimit}(terms) {
                vm.assertEq(terms.refundTo.balance, PRICE, "paid");
                vm.assertEq(owedTo(terms, terms.refundTo), 0, "owed");
                hasPaid = true;
            } catch {
                hasReverted = true;
            }
            vm.revertToState(state);
        }
        vm.assertTrue(hasReverted && hasPaid, "both happen");
    }

    function test_vault_says_that_gas_is_too_little() public {
        Terms memory terms = sample();
        fund(terms, PRICE);
        vm.warp(terms.shipBy + 1);
        vm.expectRevert(Vault.TooLittleGas.selector);
        escrow.refundLate{gas: 220_000}(terms);
    }
}

/// @title A payee that calls back
contract ReentryTest is Fixture {
    Reenterer internal payee;

    function setUp() public override {
        super.setUp();
        payee = new Reenterer(escrow);
    }

    /// @dev Closes an order whose seller is the payee and whose buyer is paid after it, while the payee calls.
    function isRefused(Terms memory other, bytes memory data, bytes4 reason) private {
        Terms memory terms = other;
        payee.setData(data);
        vm.prank(terms.arbiter);
        escrow.rule(terms, 5000, "");
        vm.assertTrue(!payee.hasSucceeded(), "refused");
        vm.assertEq(bytes32(payee.answer()), bytes32(reason), "reason");
        vm.assertEq(address(payee).balance, 0.475 ether, "payee");
        vm.assertEq(terms.refundTo.balance, 0.475 ether, "buyer");
        vm.assertEq(terms.arbiter.balance, 0.05 ether, "arbiter");
    }

    function ready() private returns (Terms memory terms) {
        terms = sample();
        terms.seller = address(payee);
        terms.sellerOp = address(payee);
        terms.buyerKey = address(payee);
        disputed(terms);
    }

    /// @dev Without the lock, this would take what the buyer and the arbiter have not been paid yet.
    function test_payee_cannot_sweep_while_others_wait() public {
        Terms memory terms = ready();
        isRefused(terms, abi.encodeCall(escrow.sweep, (terms, address(0))), Payments.Paying.selector);
    }

    function test_payee_cannot_pull_while_others_wait() public {
        Terms memory terms = ready();
        isRefused(
            terms,
            abi.encodeCall(escrow.pull, (terms, address(0), address(payee), address(payee))),
            Payments.Paying.selector
        );
    }

    function test_payee_cannot_close_the_order_again() public {
        Terms memory terms = ready();
        uint256 state = vm.snapshotState();
        bytes[4] memory calls = [
            abi.encodeCall(escrow.refund, (terms, "")),
            abi.encodeCall(escrow.release, (terms, "")),
            abi.encodeCall(escrow.refundLate, (terms)),
            abi.encodeCall(escrow.rule, (terms, 0, ""))
        ];
        for (uint256 i; i < calls.length; ++i) {
            isRefused(terms, calls[i], Escrow.WrongStatus.selector);
            vm.revertToState(state);
        }
    }

    function test_payee_cannot_close_another_order_meanwhile() public {
        Terms memory terms = ready();
        Terms memory other = sample();
        other.sellerOp = address(payee);
        fund(other, PRICE);
        isRefused(terms, abi.encodeCall(escrow.refund, (other, "")), Payments.Paying.selector);
        assertStatus(other, Escrow.Status.Open);
    }

    function test_lock_is_open_after_each_payment() public {
        Terms memory terms = ready();
        isRefused(terms, "", 0);
        terms.order = "next";
        vm.warp(START);
        disputed(terms);
        vm.prank(terms.sellerOp);
        escrow.refund(terms, "");
        assertStatus(terms, Escrow.Status.Closed);
        // Twice in one transaction, too.
        Twice twice = new Twice();
        Terms memory first = sample();
        Terms memory second = sample();
        second.order = "second";
        vm.warp(first.shipBy + 1);
        twice.refundLate(escrow, first, second);
        assertStatus(second, Escrow.Status.Closed);
    }
}

/// @title Two endings in one transaction
contract Twice {
    function refundLate(Escrow escrow, Terms calldata first, Terms calldata second) external {
        escrow.refundLate(first);
        escrow.refundLate(second);
    }
}

/// @title The vault obeys nobody else
contract VaultTest is Fixture {
    function test_vault_pays_for_nobody_else() public {
        Terms memory terms = sample();
        closed(terms);
        fund(terms, PRICE);
        Vault vault = Vault(payable(vaultOf(terms)));
        address[3] memory others = [STRANGER, SELLER, REFUND_TO];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(Vault.NotEscrow.selector);
            vault.pay(address(0), STRANGER, 1, 0);
        }
        Vault original = Vault(payable(escrow.VAULT_CODE()));
        vm.expectRevert(Vault.NotEscrow.selector);
        original.pay(address(0), STRANGER, 1, 0);
    }

    function test_vault_of_another_contract_has_another_address() public {
        Escrow other = new Escrow();
        vm.assertTrue(other.vaultOf(idOf(sample())) != vaultOf(sample()), "address");
    }
}
