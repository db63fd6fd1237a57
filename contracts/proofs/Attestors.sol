// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {TypedData} from "../src/TypedData.sol";
import {ProofFixture} from "./ProofFixture.sol";

/// @title I8: rows 4 and 5 need as many attestors as the terms say, listed and distinct
/// @dev Three attestors, any addresses in any order, equal ones too; two signatures under any indices. A
/// signature is what `ecrecover` says of it, whatever that is.
contract AttestorsProof is ProofFixture {
    function check_row_4_attest(
        Case memory one,
        address[3] memory list,
        uint8 threshold,
        TypedData.Report memory first,
        TypedData.Report memory second
    ) public {
        start(one);
        address[] memory all = anyAttestors(list);
        TypedData.Report[] memory reports = anyReports(first, second);
        if (!send(one, abi.encodeCall(Escrow.attest, (one.terms, threshold, all, reports)))) return;
        assert(one.chain == one.terms.chainId);
        bool isShipped = one.status == uint8(Escrow.Status.Shipped);
        assert(isShipped || one.status == uint8(Escrow.Status.Disputed));
        assert(isShipped ? one.time <= one.until : one.time < one.until);
        assert(threshold == 2);
        assert(keccak256(abi.encode(threshold, all)) == one.terms.attestors);
        address signer = signerOf(one, first);
        address other = signerOf(one, second);
        assert(signer != other && signer != address(0) && other != address(0));
        assert(signer == list[first.index] && other == list[second.index]);
        assert(first.deliveredAt <= one.time && second.deliveredAt <= one.time);
        assert(uint256(first.deliveredAt) + 24 hours >= one.shippedAt);
        assert(uint256(second.deliveredAt) + 24 hours >= one.shippedAt);
        Escrow.State memory state = escrow.stateOf(idOf(one));
        assert(state.status == (isShipped ? Escrow.Status.Delivered : Escrow.Status.DisputedDelivered));
        assert(state.tracking == one.tracking);
        if (one.time < 2 ** 39) {
            uint256 window = uint256(one.time) + one.terms.disputeWindow;
            assert(state.until == (isShipped || one.until < window ? window : one.until));
        }
        assert(balanceOf(one, vaultOf(one)) == one.balance);
    }

    function signerOf(Case memory one, TypedData.Report memory report) private view returns (address) {
        return ecrecover(escrow.deliveredDigest(idOf(one), one.tracking, report), report.v, report.r, report.s);
    }

    function check_row_5_extend(
        Case memory one,
        address[3] memory list,
        uint8 threshold,
        uint64 until,
        TypedData.AttestorSignature memory first,
        TypedData.AttestorSignature memory second
    ) public {
        start(one);
        if (!sendExtension(one, list, threshold, until, first, second)) return;
        assert(one.chain == one.terms.chainId);
        assert(one.status == uint8(Escrow.Status.Shipped));
        assert(one.time <= one.until);
        assert(one.until == one.terms.deliverBy);
        assert(until > one.until && until <= uint256(one.terms.deliverBy) + 60 days);
        assert(threshold == 2);
        bytes32 digest = escrow.extendDigest(idOf(one), until);
        address signer = ecrecover(digest, first.v, first.r, first.s);
        address other = ecrecover(digest, second.v, second.r, second.s);
        assert(signer != other && signer != address(0) && other != address(0));
        assert(signer == list[first.index] && other == list[second.index]);
        assert(statusOf(one) == Escrow.Status.Shipped);
        assert(escrow.stateOf(idOf(one)).tracking == one.tracking);
        assert(balanceOf(one, vaultOf(one)) == one.balance);
    }

    function sendExtension(
        Case memory one,
        address[3] memory list,
        uint8 threshold,
        uint64 until,
        TypedData.AttestorSignature memory first,
        TypedData.AttestorSignature memory second
    ) private returns (bool) {
        TypedData.AttestorSignature[] memory signatures = new TypedData.AttestorSignature[](2);
        first.index = fork(first.index);
        second.index = fork(second.index);
        signatures[0] = first;
        signatures[1] = second;
        return send(
            one, abi.encodeCall(Escrow.extend, (one.terms, until, threshold, anyAttestors(list), signatures))
        );
    }

    function reach_attest(
        Case memory one,
        address[3] memory list,
        TypedData.Report memory first,
        TypedData.Report memory second
    ) public {
        one.terms.attestors = keccak256(abi.encode(uint8(2), anyAttestors(list)));
        start(one);
        TypedData.Report[] memory reports = anyReports(first, second);
        assert(!send(one, abi.encodeCall(Escrow.attest, (one.terms, 2, anyAttestors(list), reports))));
    }

    function reach_extend(
        Case memory one,
        address[3] memory list,
        uint64 until,
        TypedData.AttestorSignature memory first,
        TypedData.AttestorSignature memory second
    ) public {
        one.terms.attestors = keccak256(abi.encode(uint8(2), anyAttestors(list)));
        start(one);
        assert(!sendExtension(one, list, 2, until, first, second));
    }
}
