// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {TypedData} from "../src/TypedData.sol";
import {ProofFixture} from "./ProofFixture.sol";
import {vm} from "../test/support/Vm.sol";

/// @title I5, I6, I7, and rows 2, 4, 5 and 7: which state follows which
contract StatesProof is ProofFixture {
    /// @dev I5: nothing but a pull and a sweep is possible with a closed order, and these are proved to leave it
    /// closed (rows 14 and 15).
    function check_closed_is_closed_for_parties(Case memory one, uint256 share, address by, bytes21 parcel) public {
        one.status = uint8(Escrow.Status.Closed);
        start(one);
        bytes memory signature = signatureOf(one);
        assert(!send(one, abi.encodeCall(Escrow.ship, (one.terms, parcel, signature))));
        assert(!send(one, abi.encodeCall(Escrow.dispute, (one.terms, by, signature))));
        assert(!send(one, abi.encodeCall(Escrow.rule, (one.terms, share, signature))));
        assert(!send(one, abi.encodeCall(Escrow.release, (one.terms, signature))));
        assert(!send(one, abi.encodeCall(Escrow.refund, (one.terms, signature))));
    }

    function check_closed_is_closed_for_anyone(Case memory one, address[3] memory list, TypedData.Report memory report)
        public
    {
        one.status = uint8(Escrow.Status.Closed);
        start(one);
        TypedData.AttestorSignature[] memory none = new TypedData.AttestorSignature[](2);
        address[] memory all = anyAttestors(list);
        assert(!send(one, abi.encodeCall(Escrow.refundLate, (one.terms))));
        assert(!send(one, abi.encodeCall(Escrow.finalize, (one.terms))));
        assert(!send(one, abi.encodeCall(Escrow.arbiterTimeout, (one.terms))));
        assert(!send(one, abi.encodeCall(Escrow.attest, (one.terms, 2, all, anyReports(report, report)))));
        assert(!send(one, abi.encodeCall(Escrow.extend, (one.terms, one.time, 2, all, none))));
    }

    /// @dev I6: a deposit changes nothing that is stored.
    function check_deposit_changes_no_state(Case memory one, uint128 amount) public {
        start(one);
        bytes32 before = keccak256(abi.encode(escrow.stateOf(idOf(one))));
        address vault = vaultOf(one);
        vm.deal(one.caller, amount);
        vm.prank(one.caller);
        (bool done,) = vault.call{value: amount}("");
        token.mint(vault, amount);
        assert(done);
        assert(keccak256(abi.encode(escrow.stateOf(idOf(one)))) == before);
    }

    /// @dev I7: at no time can an order both be disputed and be paid out by time. Whatever can be disputed now
    /// cannot be finalized, refunded or timed out now.
    function check_dispute_and_endings_exclude_each_other(Case memory one, address by) public {
        start(one);
        bool isFinal = one.status == uint8(Escrow.Status.Delivered) && one.time >= one.until;
        bool isLate = one.status == uint8(Escrow.Status.Shipped) && one.time > one.until;
        if (!send(one, abi.encodeCall(Escrow.dispute, (one.terms, by, signatureOf(one))))) return;
        // By rows 8, 3, 6 and 10, which are proved, these are the only times of those endings.
        assert(!isFinal && !isLate);
        bool isShipped = one.status == uint8(Escrow.Status.Shipped);
        assert(isShipped || one.status == uint8(Escrow.Status.Delivered));
        assert(one.chain == one.terms.chainId);
        bool isSeller = isShipped && by == one.terms.sellerOp;
        assert(by == one.terms.buyerKey || by == arbiter || isSeller);
        assert(one.caller == by || hasSigned(one, by, "dispute", 0));
        Escrow.State memory state = escrow.stateOf(idOf(one));
        assert(state.status == (isShipped ? Escrow.Status.Disputed : Escrow.Status.DisputedDelivered));
        // The arbiter has its window, and the parcel its deadline. None is the last second that fits: terms
        // with such a deadline are void.
        if (one.time < 2 ** 39 && one.until < type(uint40).max) {
            assert(state.until >= uint256(one.time) + one.terms.arbiterWindow);
            if (isShipped) assert(state.until > one.until);
        }
        assert(balanceOf(one, vaultOf(one)) == one.balance);
    }

    function check_row_2_ship(Case memory one, bytes21 parcel) public {
        start(one);
        if (!send(one, abi.encodeCall(Escrow.ship, (one.terms, parcel, signatureOf(one))))) return;
        assert(one.chain == one.terms.chainId);
        assert(one.status == uint8(Escrow.Status.Open));
        assert(one.time <= one.terms.shipBy);
        assert(one.balance >= one.terms.price && one.terms.price > 0);
        assert(parcel != 0);
        uint256 arg = uint256(bytes32(parcel));
        assert(one.caller == one.terms.sellerOp || hasSigned(one, one.terms.sellerOp, "ship", arg));
        Escrow.State memory state = escrow.stateOf(idOf(one));
        assert(state.status == Escrow.Status.Shipped);
        assert(state.until == one.terms.deliverBy);
        assert(state.shippedAt == one.time);
        assert(state.tracking == parcel);
        assert(balanceOf(one, vaultOf(one)) == one.balance);
    }

    function reach_dispute(Case memory one, address by) public {
        start(one);
        assert(!send(one, abi.encodeCall(Escrow.dispute, (one.terms, by, signatureOf(one)))));
    }

    function reach_ship(Case memory one, bytes21 parcel) public {
        start(one);
        assert(!send(one, abi.encodeCall(Escrow.ship, (one.terms, parcel, signatureOf(one)))));
    }
}
