// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {ProofFixture} from "./ProofFixture.sol";
import {vm} from "../test/support/Vm.sol";

/// @title Rows 14 and 15: who, when, and at most how much, after the ending
contract AfterProof is ProofFixture {
    function check_row_14_pull(Case memory one, address payee, address to, uint128 amount, uint128 total) public {
        start(one);
        vm.assume(to != vaultOf(one));
        startVault(one);
        startOwing(one, payee, amount, total);
        uint256 had = balanceOf(one, to);
        if (!send(one, abi.encodeCall(Escrow.pull, (one.terms, one.terms.token, payee, to)))) return;
        assert(one.caller == payee || to == payee);
        uint256 paid = balanceOf(one, to) - had;
        assert(paid > 0);
        assert(paid == min(amount, one.balance));
        assert(balanceOf(one, vaultOf(one)) == one.balance - paid);
        assert(escrow.owed(idOf(one), one.terms.token, payee) == amount - paid);
        assert(escrow.owedTotal(idOf(one), one.terms.token) == total - paid);
        assert(uint8(statusOf(one)) == one.status);
    }

    function check_row_15_sweep(Case memory one, uint128 total) public {
        start(one);
        startOwing(one, arbiter, total, total);
        if (!send(one, abi.encodeCall(Escrow.sweep, (one.terms, one.terms.token)))) return;
        assert(one.status == uint8(Escrow.Status.Closed));
        assert(statusOf(one) == Escrow.Status.Closed);
        assert(one.balance > total);
        // I13: what is owed stays.
        assert(balanceOf(one, vaultOf(one)) >= total);
        assert(got(one, buyer) == one.balance - total);
        assert(got(one, arbiter) == total);
        assert(got(one, seller) == 0);
        assert(keeperGot(one) == 0);
    }

    /// @dev Money in another asset: none of the order's own moves, whatever is owed.
    function check_row_15_sweep_of_another_asset(Case memory one, uint128 total, uint128 other) public {
        start(one);
        startOwing(one, arbiter, total, total);
        if (one.isToken) vm.deal(vaultOf(one), other);
        else token.mint(vaultOf(one), other);
        address asset = one.isToken ? address(0) : address(token);
        if (!send(one, abi.encodeCall(Escrow.sweep, (one.terms, asset)))) return;
        assert(one.status == uint8(Escrow.Status.Closed));
        assert(balanceOf(one, vaultOf(one)) == one.balance);
        uint256 paid = one.isToken ? buyer.balance : token.balanceOf(buyer);
        assert(paid + escrow.owed(idOf(one), asset, buyer) == other);
    }

    function reach_pull(Case memory one, address payee, address to, uint128 amount, uint128 total) public {
        start(one);
        startVault(one);
        startOwing(one, payee, amount, total);
        assert(!send(one, abi.encodeCall(Escrow.pull, (one.terms, one.terms.token, payee, to))));
    }

    function reach_sweep(Case memory one, uint128 total) public {
        start(one);
        startOwing(one, arbiter, total, total);
        assert(!send(one, abi.encodeCall(Escrow.sweep, (one.terms, one.terms.token))));
    }
}
