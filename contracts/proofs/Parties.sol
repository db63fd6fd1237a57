// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {ProofFixture} from "./ProofFixture.sol";

/// @title Rows 9, 11 and 12: who, when, and at most how much, where a party decides
/// @dev Signatures are by keys here; what contracts answer for theirs is tested, not proved.
contract PartiesProof is ProofFixture {
    /// @dev For given amounts: multiplication and division are hard for a solver.
    function check_row_9_rule(Case memory one, uint256 share) public {
        one.terms.price = 1 ether;
        one.balance = 1.5 ether;
        one.terms.arbiterFeeBps = 500;
        start(one);
        if (!send(one, abi.encodeCall(Escrow.rule, (one.terms, share, signatureOf(one))))) return;
        assert(one.chain == one.terms.chainId);
        assert(
            one.status == uint8(Escrow.Status.Disputed) || one.status == uint8(Escrow.Status.DisputedDelivered)
        );
        assert(one.time < one.until);
        assert(share <= 10_000);
        assert(one.caller == arbiter || hasSigned(one, arbiter, "rule", share));
        assertClosed(one);
        assert(got(one, arbiter) == 0.05 ether);
        // What is above the price is not divided.
        assert(got(one, buyer) >= 0.5 ether);
        // No tip: a caller who is not the arbiter gets nothing.
        assert(keeperGot(one) == 0);
    }

    function check_row_11_release_ether(Case memory one) public {
        release(one, false);
    }

    function check_row_11_release_token(Case memory one) public {
        release(one, true);
    }

    /// @dev By the key: halmos cannot follow the hash of a secret. That is tested with any secrets.
    function release(Case memory one, bool isToken) private {
        one.isToken = isToken;
        one.terms.releaseHash = 0;
        start(one);
        if (!send(one, abi.encodeCall(Escrow.release, (one.terms, signatureOf(one))))) return;
        assert(one.chain == one.terms.chainId);
        assert(one.status != uint8(Escrow.Status.Closed));
        address key = one.terms.buyerKey;
        bytes32 text = escrow.releaseTextDigest(vaultOf(one));
        bool isText = key != address(0) && ecrecover(text, one.v, one.r, one.s) == key;
        assert(one.caller == key || hasSigned(one, key, "release", 0) || isText);
        uint256 price = min(one.terms.price, one.balance);
        assertClosed(one);
        assert(got(one, seller) == price);
        assert(got(one, buyer) == one.balance - price);
        assert(got(one, arbiter) == 0);
        assert(keeperGot(one) == 0);
    }

    function check_row_12_refund_ether(Case memory one) public {
        refund(one, false);
    }

    function check_row_12_refund_token(Case memory one) public {
        refund(one, true);
    }

    function refund(Case memory one, bool isToken) private {
        one.isToken = isToken;
        start(one);
        if (!send(one, abi.encodeCall(Escrow.refund, (one.terms, signatureOf(one))))) return;
        assert(one.status != uint8(Escrow.Status.Closed));
        assert(one.caller == one.terms.sellerOp || hasSigned(one, one.terms.sellerOp, "refund", 0));
        assertClosed(one);
        assert(got(one, buyer) == one.balance);
        assert(got(one, seller) == 0);
        assert(got(one, arbiter) == 0);
        assert(keeperGot(one) == 0);
    }

    function reach_rule(Case memory one, uint256 share) public {
        start(one);
        assert(!send(one, abi.encodeCall(Escrow.rule, (one.terms, share, signatureOf(one)))));
    }

    function reach_release(Case memory one) public {
        one.terms.releaseHash = 0;
        start(one);
        assert(!send(one, abi.encodeCall(Escrow.release, (one.terms, signatureOf(one)))));
    }

    function reach_refund(Case memory one) public {
        start(one);
        assert(!send(one, abi.encodeCall(Escrow.refund, (one.terms, signatureOf(one)))));
    }
}

/// @title The division of row 9 for any amounts
contract SplitProof is ProofFixture {
    /// @dev I1, for the row with a division: the parts are the whole.
    function check_row_9_all_is_paid(Case memory one, uint256 share) public {
        if (!ruled(one, share)) return;
        assertClosed(one);
        assert(got(one, seller) + got(one, buyer) + got(one, arbiter) == one.balance);
    }

    /// @dev I3, for the row with a division.
    function check_row_9_seller_gets_at_most_price(Case memory one, uint256 share) public {
        if (!ruled(one, share)) return;
        assert(got(one, seller) <= one.terms.price);
    }

    function check_row_9_fee_is_at_most_what_terms_say(Case memory one, uint256 share) public {
        if (!ruled(one, share)) return;
        assert(got(one, arbiter) <= uint256(one.terms.price) * one.terms.arbiterFeeBps / 10_000);
    }

    /// @dev In Ether, by the arbiter itself, to payees who take it: the division is the same.
    function ruled(Case memory one, uint256 share) private returns (bool) {
        one.isToken = false;
        one.sellerRefuses = false;
        one.buyerRefuses = false;
        one.status = uint8(Escrow.Status.Disputed);
        one.caller = arbiter;
        start(one);
        return send(one, abi.encodeCall(Escrow.rule, (one.terms, share, "")));
    }
}
