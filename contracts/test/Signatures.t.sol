// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Fixture} from "./support/Fixture.sol";
import {OddWallet, Wallet} from "./support/Payees.sol";
import {vm} from "./support/Vm.sol";

/// @title Signatures by keys and by contracts
contract SignaturesTest is Fixture {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function test_signature_with_higher_s_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(OP_KEY, escrow.actDigest(idOf(terms), keccak256("refund"), 0));
        bytes memory twin = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund(terms, twin);
    }

    function test_attestor_signature_with_higher_s_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        reports[0].s = bytes32(ORDER - uint256(reports[0].s));
        reports[0].v = reports[0].v == 27 ? 28 : 27;
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 0));
        escrow.attest(terms, 2, attestors(), reports);
    }

    function test_signature_of_other_length_is_refused() public {
        Terms memory terms = sample();
        shipped(terms);
        bytes memory signature = signAct(OP_KEY, terms, "refund", 0);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund(terms, abi.encodePacked(signature, hex"00"));
        bytes memory shorter = new bytes(64);
        for (uint256 i; i < 64; ++i) {
            shorter[i] = signature[i];
        }
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund(terms, shorter);
    }

    function test_release_text_is_what_a_wallet_signs() public view {
        Terms memory terms = sample();
        string memory text = string.concat("cryptocart release ", lower(vm.toString(vaultOf(terms))));
        vm.assertEq(bytes(text).length, 61, "length");
        bytes32 digest = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n61", text));
        vm.assertEq(escrow.releaseTextDigest(vaultOf(terms)), digest, "digest");
    }

    function lower(string memory text) private pure returns (string memory) {
        bytes memory letters = bytes(text);
        for (uint256 i; i < letters.length; ++i) {
            if (letters[i] >= "A" && letters[i] <= "F") letters[i] = bytes1(uint8(letters[i]) + 32);
        }
        return string(letters);
    }

    /// @dev A wallet contract in each role, with what its owner signs.
    function test_wallet_contract_signs_as_each_party() public {
        address wallet = address(new Wallet(vm.addr(7)));
        Terms memory terms = sample();
        terms.sellerOp = terms.buyerKey = terms.arbiter = wallet;
        fund(terms, PRICE);
        uint256 state = vm.snapshotState();

        escrow.refund(terms, byWallet(terms, "refund", 0));
        assertStatus(terms, Escrow.Status.Closed);
        vm.revertToState(state);

        escrow.ship(terms, TRACKING, byWallet(terms, "ship", uint256(bytes32(TRACKING))));
        escrow.dispute(terms, wallet, byWallet(terms, "dispute", 0));
        state = vm.snapshotState();
        escrow.rule(terms, 10_000, byWallet(terms, "rule", 10_000));
        vm.assertEq(REFUND_TO.balance, 0.95 ether, "ruled");
        vm.revertToState(state);

        escrow.release(terms, byWallet(terms, "release", 0));
        vm.assertEq(SELLER.balance, PRICE, "released");
        vm.revertToState(state);

        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, escrow.releaseTextDigest(vaultOf(terms)));
        escrow.release(terms, abi.encode(r, s, v));
        vm.assertEq(SELLER.balance, PRICE, "released by text");
    }

    function byWallet(Terms memory terms, string memory action, uint256 arg)
        private
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(7, escrow.actDigest(idOf(terms), keccak256(bytes(action)), arg));
        return abi.encode(r, s, v);
    }

    function test_wallet_contract_that_refuses_is_refused() public {
        Terms memory terms = sample();
        terms.sellerOp = address(new Wallet(vm.addr(8)));
        shipped(terms);
        bytes memory signature = byWallet(terms, "refund", 0);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund(terms, signature);
    }

    function test_odd_answers_of_a_wallet_contract_are_refused() public {
        OddWallet wallet = new OddWallet();
        Terms memory terms = sample();
        terms.sellerOp = address(wallet);
        shipped(terms);
        bytes4 magic = 0x1626ba7e;
        bytes[5] memory answers = [
            bytes(""),
            abi.encodePacked(magic),
            abi.encode(true),
            abi.encodePacked(magic, bytes4(0x00000001), new bytes(24)),
            abi.encodePacked(bytes28(0), magic)
        ];
        for (uint256 i; i < answers.length; ++i) {
            wallet.setAnswer(answers[i], false);
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.refund(terms, "");
        }
        wallet.setAnswer("", true);
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund{gas: 500_000}(terms, "");
        wallet.setAnswer(abi.encode(magic), false);
        escrow.refund(terms, "");
    }

    /// @dev An account with code (EIP-7702) signs with its key as before.
    function test_key_of_account_with_code_signs() public {
        Terms memory terms = sample();
        shipped(terms);
        vm.etch(terms.sellerOp, hex"00");
        escrow.refund(terms, signAct(OP_KEY, terms, "refund", 0));
        assertStatus(terms, Escrow.Status.Closed);
    }
}

/// @title I12 and I8: what is signed for one thing counts for nothing else
contract SignatureFuzzTest is Fixture {
    string[5] private _actions = ["ship", "dispute", "release", "refund", "rule"];
    Escrow private _other;

    function setUp() public override {
        super.setUp();
        _other = new Escrow();
    }

    /// @dev What was signed, and what it is used for.
    struct Case {
        uint256 key;
        uint8 signed;
        uint8 used;
        bool isOtherOrder;
        bool isOtherContract;
        bool isOtherChain;
        uint64 chain;
        uint256 share;
    }

    /// @dev A party that has all keys signs one action of one order in one contract on one chain, and somebody
    /// else uses it for another action, order, contract or chain.
    function testFuzz_signature_counts_for_one_thing(Case memory one) public {
        one.key = one.key % type(uint128).max + 1;
        one.signed %= 5;
        one.used %= 5;
        one.share %= 10_001;
        if (one.chain < 2) one.chain = 2;
        Terms memory terms = sample();
        terms.sellerOp = terms.buyerKey = terms.arbiter = vm.addr(one.key);
        bytes memory signature = signCase(one, terms);
        Escrow target = one.isOtherContract ? _other : escrow;
        prepare(one, terms, target);
        bool isSame = one.signed == one.used && !one.isOtherOrder && !one.isOtherContract && !one.isOtherChain;
        if (!isSame) vm.expectRevert(Escrow.NotAllowed.selector);
        if (one.used == 0) target.ship(terms, TRACKING, signature);
        else if (one.used == 1) target.dispute(terms, terms.arbiter, signature);
        else if (one.used == 2) target.release(terms, signature);
        else if (one.used == 3) target.refund(terms, signature);
        else target.rule(terms, one.share, signature);
    }

    /// @dev The same, one difference at a time, so that none is left to chance.
    function test_signature_with_one_difference_is_refused() public {
        for (uint8 used; used < 5; ++used) {
            for (uint8 difference; difference < 5; ++difference) {
                Case memory one;
                one.key = 0xC0FFEE;
                one.signed = difference == 1 ? (used + 1) % 5 : used;
                one.used = used;
                one.isOtherOrder = difference == 2;
                one.isOtherContract = difference == 3;
                one.isOtherChain = difference == 4;
                uint256 state = vm.snapshotState();
                testFuzz_signature_counts_for_one_thing(one);
                vm.revertToState(state);
            }
        }
    }

    function signCase(Case memory one, Terms memory terms) private returns (bytes memory signature) {
        bytes32 order = terms.order;
        if (one.isOtherOrder) terms.order = "another";
        // The name of the order stays, so that nothing but the domain tells the chains apart.
        if (one.isOtherChain) vm.chainId(one.chain);
        uint256 arg = one.used == 0 ? uint256(bytes32(TRACKING)) : one.used == 4 ? one.share : 0;
        signature = signAct(one.key, terms, _actions[one.signed], arg);
        vm.chainId(1);
        terms.order = order;
    }

    function prepare(Case memory one, Terms memory terms, Escrow target) private {
        vm.deal(target.vaultOf(idOf(terms)), PRICE);
        if (one.used == 0) return;
        vm.prank(terms.sellerOp);
        target.ship(terms, TRACKING, "");
        if (one.used != 4) return;
        vm.prank(terms.arbiter);
        target.dispute(terms, terms.arbiter, "");
    }

    /// @dev The release text of one order, one contract, one chain.
    function testFuzz_release_text_counts_for_one_vault(
        uint256 key,
        bool isOtherOrder,
        bool isOtherContract,
        uint64 chain
    ) public {
        key = key % (type(uint128).max) + 1;
        Terms memory terms = sample();
        terms.buyerKey = vm.addr(key);
        terms.chainId = chain == 0 ? 1 : chain;
        bytes memory signature = sign(key, escrow.releaseTextDigest(vaultOf(terms)));
        bool isSame = !isOtherOrder && !isOtherContract && terms.chainId == 1;
        if (isOtherOrder) terms.order = "another";
        terms.chainId = 1;
        Escrow target = isOtherContract ? _other : escrow;
        vm.deal(target.vaultOf(idOf(terms)), PRICE);
        if (!isSame) vm.expectRevert(Escrow.NotAllowed.selector);
        target.release(terms, signature);
    }

    /// @dev halmos cannot follow the hash of a secret, so any secrets and any guesses are tried.
    function testFuzz_nothing_but_the_secret_releases(bytes memory secret, bytes memory guess) public {
        Terms memory terms = sample();
        terms.buyerKey = address(0);
        terms.releaseHash = sha256(secret);
        fund(terms, PRICE);
        if (keccak256(guess) != keccak256(secret)) {
            vm.expectRevert(Escrow.NotAllowed.selector);
            escrow.release(terms, guess);
        }
        escrow.release(terms, secret);
        assertPaid(terms, PRICE, 0, 0, 0);
    }

    /// @dev A signature with any bit of it, of its order or of its action changed.
    function testFuzz_changed_signature_is_refused(uint256 key, uint16 bit) public {
        key = key % (type(uint128).max) + 1;
        Terms memory terms = sample();
        terms.sellerOp = vm.addr(key);
        fund(terms, PRICE);
        bytes memory signature = signAct(key, terms, "refund", 0);
        bit %= 65 * 8;
        signature[bit / 8] = bytes1(uint8(signature[bit / 8]) ^ uint8(2 ** (bit % 8)));
        vm.expectRevert(Escrow.NotAllowed.selector);
        escrow.refund(terms, signature);
    }

    /// @dev Each value that an attestor signs is bound: a change of any of them, or of the signer, is refused.
    function testFuzz_changed_report_is_refused(uint256 seed, uint8 field, uint64 change) public {
        Terms memory terms = sample();
        terms.minMatch = 0;
        setAttestor(1, seed % type(uint128).max + 1);
        terms.attestors = keccak256(abi.encode(uint8(1), attestors()));
        shipped(terms);
        TypedData.Report[] memory reports = new TypedData.Report[](1);
        reports[0] = reportBy(1, terms, START, 3);
        if (change == 0) change = 1;
        field %= 6;
        if (field == 0) reports[0].acceptedAt ^= change;
        else if (field == 1) reports[0].deliveredAt -= change % uint64(START) + 1;
        else if (field == 2) reports[0].matchLevel ^= uint8(change) == 0 ? 1 : uint8(change);
        else if (field == 3) reports[0].evidence ^= bytes32(uint256(change));
        else if (field == 4) reports[0].r ^= bytes32(uint256(change));
        else reports[0].s ^= bytes32(uint256(change));
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongAttestor.selector, 0));
        escrow.attest(terms, 1, attestors(), reports);
    }

    /// @dev Any indices by any signers: taken exactly if both are listed, distinct, and in order.
    function testFuzz_any_indices_by_any_signers(uint8[2] memory index, uint8[2] memory signer) public {
        Terms memory terms = sample();
        shipped(terms);
        TypedData.Report[] memory reports = new TypedData.Report[](2);
        for (uint256 i; i < 2; ++i) {
            index[i] %= 4;
            signer[i] %= 4;
            reports[i].index = index[i];
            reports[i].deliveredAt = uint64(START);
            reports[i].matchLevel = 4;
            uint256 key = signer[i] < 3 ? attestorKeys[signer[i]] : 0xBAD;
            reports[i] = signReport(key, terms, reports[i]);
        }
        bool isTaken =
            index[0] == signer[0] && index[1] == signer[1] && signer[0] < signer[1] && signer[1] < 3;
        try escrow.attest(terms, 2, attestors(), reports) {
            vm.assertTrue(isTaken, "taken");
        } catch {
            vm.assertTrue(!isTaken, "refused");
        }
    }
}
