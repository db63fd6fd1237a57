// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {Terms} from "../../src/Terms.sol";
import {TypedData} from "../../src/TypedData.sol";
import {Token} from "./Tokens.sol";
import {vm} from "./Vm.sol";

/// @title An order, its parties, and the ways to each state
/// @dev The parties are addresses that nobody paid before, as those of a shop are.
abstract contract Fixture {
    uint256 internal constant START = 1_800_000_000;
    uint96 internal constant PRICE = 1 ether;
    bytes21 internal constant TRACKING = bytes21(keccak256("cpc|1234567890123456|salt"));
    string internal constant SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    uint256 internal constant OP_KEY = 0xA11CE;
    uint256 internal constant BUYER_KEY = 0xB0B;
    uint256 internal constant ARBITER_KEY = 0xA4B;
    uint256[3] internal attestorKeys = [uint256(0x101), 0x102, 0x103];

    address internal constant SELLER = address(uint160(uint256(keccak256("seller"))));
    address internal constant REFUND_TO = address(uint160(uint256(keccak256("refund"))));
    address internal constant KEEPER = address(uint160(uint256(keccak256("keeper"))));
    address internal constant STRANGER = address(uint160(uint256(keccak256("stranger"))));

    /// @dev Addresses of the keys, which take long to derive.
    address private _operator;
    address private _buyerKey;
    address private _arbiter;
    address[3] private _attestors;

    Escrow public escrow;
    Token public token;

    function setUp() public virtual {
        vm.warp(START);
        vm.chainId(1);
        escrow = new Escrow();
        token = new Token();
        _operator = vm.addr(OP_KEY);
        _buyerKey = vm.addr(BUYER_KEY);
        _arbiter = vm.addr(ARBITER_KEY);
        _sortAttestors();
    }

    // The order.

    function sample() internal view returns (Terms memory terms) {
        terms.chainId = 1;
        terms.seller = SELLER;
        terms.sellerOp = _operator;
        terms.refundTo = REFUND_TO;
        terms.buyerKey = _buyerKey;
        terms.arbiter = _arbiter;
        terms.price = PRICE;
        terms.shipBy = uint64(START + 5 days);
        terms.deliverBy = uint64(START + 65 days);
        terms.disputeWindow = 5 days;
        terms.arbiterWindow = 14 days;
        terms.arbiterFeeBps = 500;
        terms.minMatch = 3;
        terms.attestors = keccak256(abi.encode(uint8(2), attestors()));
        terms.releaseHash = sha256(bytes(SECRET));
        terms.order = keccak256("order");
    }

    function sampleInToken() internal view returns (Terms memory terms) {
        terms = sample();
        terms.token = address(token);
    }

    function idOf(Terms memory terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function vaultOf(Terms memory terms) internal view returns (address) {
        return escrow.vaultOf(idOf(terms));
    }

    function attestors() internal view returns (address[] memory list) {
        list = new address[](3);
        for (uint256 i; i < 3; ++i) {
            list[i] = _attestors[i];
        }
    }

    function setAttestor(uint256 index, uint256 key) internal {
        attestorKeys[index] = key;
        _attestors[index] = vm.addr(key);
    }

    function _sortAttestors() private {
        for (uint256 i; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (vm.addr(attestorKeys[j]) < vm.addr(attestorKeys[i])) {
                    (attestorKeys[i], attestorKeys[j]) = (attestorKeys[j], attestorKeys[i]);
                }
            }
            setAttestor(i, attestorKeys[i]);
        }
    }

    // Signatures.

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function signAct(uint256 key, Terms memory terms, string memory action, uint256 arg)
        internal
        view
        returns (bytes memory)
    {
        return sign(key, escrow.actDigest(idOf(terms), keccak256(bytes(action)), arg));
    }

    function reportBy(uint8 index, Terms memory terms, uint256 deliveredAt, uint8 level)
        internal
        view
        returns (TypedData.Report memory report)
    {
        report.index = index;
        report.acceptedAt = uint64(deliveredAt - 1 days);
        report.deliveredAt = uint64(deliveredAt);
        report.matchLevel = level;
        report.evidence = keccak256(abi.encode("evidence", index));
        return signReport(attestorKeys[index], terms, report);
    }

    function signReport(uint256 key, Terms memory terms, TypedData.Report memory report)
        internal
        view
        returns (TypedData.Report memory)
    {
        bytes21 tracking = escrow.stateOf(idOf(terms)).tracking;
        (report.v, report.r, report.s) = vm.sign(key, escrow.deliveredDigest(idOf(terms), tracking, report));
        return report;
    }

    function reportsBy(uint8 first, uint8 second, Terms memory terms)
        internal
        view
        returns (TypedData.Report[] memory reports)
    {
        reports = new TypedData.Report[](2);
        reports[0] = reportBy(first, terms, block.timestamp, 3);
        reports[1] = reportBy(second, terms, block.timestamp, 4);
    }

    function extensionBy(uint8 first, uint8 second, Terms memory terms, uint64 until)
        internal
        view
        returns (TypedData.AttestorSignature[] memory list)
    {
        list = new TypedData.AttestorSignature[](2);
        bytes32 digest = escrow.extendDigest(idOf(terms), until);
        list[0].index = first;
        (list[0].v, list[0].r, list[0].s) = vm.sign(attestorKeys[first], digest);
        list[1].index = second;
        (list[1].v, list[1].r, list[1].s) = vm.sign(attestorKeys[second], digest);
    }

    // The ways to each state.

    function fund(Terms memory terms, uint256 amount) internal {
        address vault = vaultOf(terms);
        if (terms.token == address(0)) vm.deal(vault, vault.balance + amount);
        else Token(terms.token).mint(vault, amount);
    }

    function ship(Terms memory terms) internal {
        vm.prank(terms.sellerOp);
        escrow.ship(terms, TRACKING, "");
    }

    function attest(Terms memory terms) internal {
        escrow.attest(terms, 2, attestors(), reportsBy(0, 2, terms));
    }

    function dispute(Terms memory terms) internal {
        vm.prank(terms.arbiter);
        escrow.dispute(terms, terms.arbiter, "");
    }

    function shipped(Terms memory terms) internal {
        fund(terms, terms.price);
        ship(terms);
    }

    function delivered(Terms memory terms) internal {
        shipped(terms);
        vm.warp(block.timestamp + 7 days);
        attest(terms);
    }

    function disputed(Terms memory terms) internal {
        shipped(terms);
        dispute(terms);
    }

    function disputedDelivered(Terms memory terms) internal {
        delivered(terms);
        dispute(terms);
    }

    function closed(Terms memory terms) internal {
        fund(terms, terms.price);
        vm.warp(terms.shipBy + 1);
        escrow.refundLate(terms);
    }

    /// @dev Puts the order into each of the states that are not closed, by number.
    function open(Terms memory terms, Escrow.Status status) internal {
        if (status == Escrow.Status.Open) fund(terms, terms.price);
        else if (status == Escrow.Status.Shipped) shipped(terms);
        else if (status == Escrow.Status.Delivered) delivered(terms);
        else if (status == Escrow.Status.Disputed) disputed(terms);
        else if (status == Escrow.Status.DisputedDelivered) disputedDelivered(terms);
        else closed(terms);
    }

    // What is seen.

    function statusOf(Terms memory terms) internal view returns (Escrow.Status) {
        return escrow.stateOf(idOf(terms)).status;
    }

    function balanceOf(Terms memory terms, address account) internal view returns (uint256) {
        return terms.token == address(0) ? account.balance : Token(terms.token).balanceOf(account);
    }

    function owedTo(Terms memory terms, address account) internal view returns (uint256) {
        return escrow.owed(idOf(terms), terms.token, account);
    }

    function assertStatus(Terms memory terms, Escrow.Status expected) internal view {
        vm.assertEq(uint256(statusOf(terms)), uint256(expected), "status");
    }

    function assertUntil(Terms memory terms, uint256 expected) internal view {
        vm.assertEq(uint256(escrow.stateOf(idOf(terms)).until), expected, "until");
    }

    /// @dev Holds a closed order to who got what. The vault is empty, and nothing is owed.
    function assertPaid(Terms memory terms, uint256 toSeller, uint256 toBuyer, uint256 fee, uint256 tip)
        internal
        view
    {
        assertStatus(terms, Escrow.Status.Closed);
        vm.assertEq(balanceOf(terms, terms.seller), toSeller, "seller");
        vm.assertEq(balanceOf(terms, terms.refundTo), toBuyer, "buyer");
        vm.assertEq(balanceOf(terms, terms.arbiter), fee, "arbiter");
        vm.assertEq(balanceOf(terms, KEEPER), tip, "keeper");
        vm.assertEq(balanceOf(terms, vaultOf(terms)), 0, "vault");
        vm.assertEq(escrow.owedTotal(idOf(terms), terms.token), 0, "owed");
    }

    function expectWrongStatus(Escrow.Status status) internal {
        vm.expectRevert(abi.encodeWithSelector(Escrow.WrongStatus.selector, status));
    }

    function expectTooLate(uint256 deadline) internal {
        vm.expectRevert(abi.encodeWithSelector(Escrow.TooLate.selector, deadline));
    }

    function expectTooEarly(uint256 deadline) internal {
        vm.expectRevert(abi.encodeWithSelector(Escrow.TooEarly.selector, deadline));
    }
}
