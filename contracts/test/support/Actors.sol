// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {Terms} from "../../src/Terms.sol";
import {TypedData} from "../../src/TypedData.sol";
import {Fixture} from "./Fixture.sol";
import {Refuser} from "./Payees.sol";
import {vm} from "./Vm.sol";

/// @title Everybody who can do something with some orders, called at random
/// @dev Even orders are paid in Ether, odd ones in a token. Each has parties of its own. Calls that the contract
/// refuses are part of it: they must change nothing.
contract Actors is Fixture {
    uint256 public constant ORDERS = 4;
    /// @notice When all deadlines and windows of all orders have passed.
    uint256 public constant END = START + 400 days;

    /// @notice Amounts that were paid in, by asset (0: Ether, 1: token).
    uint256[2] public deposited;
    /// @notice Most that keepers can have got, by asset.
    uint256[2] public tips;
    /// @notice How many times an order closed.
    mapping(uint256 order => uint256) public endings;
    /// @notice True after a release, a ruling, or a report of delivery.
    mapping(uint256 order => bool) public hasReason;

    Terms[ORDERS] private _terms;
    address[] private _payees;
    uint256 private _time = START;

    constructor() {
        super.setUp();
        for (uint256 i; i < ORDERS; ++i) {
            Terms memory terms = sample();
            terms.order = bytes32(i);
            terms.token = i % 2 == 0 ? address(0) : address(token);
            // One seller and one buyer refuse Ether, and one seller and one buyer are blocked by the token.
            terms.seller = i == 2 ? address(new Refuser()) : address(uint160(0x5E11E400 + i));
            terms.refundTo = i == 0 ? address(new Refuser()) : address(uint160(0xB0BE400 + i));
            terms.arbiter = vm.addr(0xA4B00 + i);
            terms.keeperTip = PRICE / 50;
            terms.price = uint128(PRICE + i);
            _terms[i] = terms;
            _payees.push(terms.seller);
            _payees.push(terms.refundTo);
            _payees.push(terms.arbiter);
        }
        _payees.push(KEEPER);
        token.setBlocked(_terms[1].seller, true);
        token.setBlocked(_terms[3].refundTo, true);
    }

    /// @dev Done already. forge would call it as one of the actors.
    function setUp() public override {}

    // The calls.

    function deposit(uint256 order, uint96 amount, bool isExact, bool isOtherAsset) external {
        order %= ORDERS;
        uint256 asset = isOtherAsset ? 1 - order % 2 : order % 2;
        uint256 paid = isExact ? _terms[order].price : amount;
        address vault = vaultAt(order);
        if (asset == 1) {
            token.mint(vault, paid);
        } else {
            vm.deal(address(this), paid);
            (bool done,) = vault.call{value: paid}("");
            require(done, "vault refused");
        }
        deposited[asset] += paid;
    }

    function pass(uint32 time) external {
        // Mostly days, now and then months.
        _time += time % 5 == 0 ? time % 80 days : time % 4 days;
        if (_time > END - 30 days) _time = END - 30 days;
        vm.warp(_time);
    }

    /// @dev The way that most orders go, in one call, so that random walks come to its end.
    function advance(uint256 order, uint8 steps) external {
        order %= ORDERS;
        Terms memory terms = _terms[order];
        if (statusAt(order) == Escrow.Status.Open) {
            fund(terms, terms.price);
            deposited[order % 2] += terms.price;
            call(order, terms.sellerOp, abi.encodeCall(Escrow.ship, (terms, TRACKING, "")));
        }
        if (steps % 4 == 0) return;
        TypedData.Report[] memory reports = reportsBy(0, 1, terms);
        bool done = call(order, KEEPER, abi.encodeCall(Escrow.attest, (terms, 2, attestors(), reports)));
        if (done) hasReason[order] = true;
        if (steps % 4 == 1) return;
        address by = steps % 4 == 2 ? terms.arbiter : terms.buyerKey;
        call(order, by, abi.encodeCall(Escrow.dispute, (terms, by, "")));
    }

    function ship(uint256 order) external {
        order %= ORDERS;
        call(order, _terms[order].sellerOp, abi.encodeCall(Escrow.ship, (_terms[order], TRACKING, "")));
    }

    function attest(uint256 order, uint8 first, uint8 second) external {
        order %= ORDERS;
        TypedData.Report[] memory reports = reportsBy(first % 3, second % 3, _terms[order]);
        bool done =
            call(order, KEEPER, abi.encodeCall(Escrow.attest, (_terms[order], 2, attestors(), reports)));
        if (done) hasReason[order] = true;
    }

    function extend(uint256 order, uint32 by) external {
        order %= ORDERS;
        uint64 until = _terms[order].deliverBy + by % 61 days;
        TypedData.AttestorSignature[] memory list = extensionBy(0, 1, _terms[order], until);
        call(order, KEEPER, abi.encodeCall(Escrow.extend, (_terms[order], until, 2, attestors(), list)));
    }

    function dispute(uint256 order, uint8 who) external {
        order %= ORDERS;
        Terms memory terms = _terms[order];
        address[4] memory parties = [terms.buyerKey, terms.arbiter, terms.sellerOp, STRANGER];
        address by = parties[who % 4];
        call(order, by, abi.encodeCall(Escrow.dispute, (terms, by, "")));
    }

    function rule(uint256 order, uint16 share, bool byStranger) external {
        order %= ORDERS;
        address by = byStranger ? STRANGER : _terms[order].arbiter;
        if (call(order, by, abi.encodeCall(Escrow.rule, (_terms[order], share, "")))) {
            hasReason[order] = true;
        }
    }

    function release(uint256 order, bool isRight) external {
        // Seldom: an ending for all other calls.
        if (order % 7 != 0) return;
        order %= ORDERS;
        bytes memory proof = isRight ? bytes(SECRET) : bytes("wrong");
        if (call(order, KEEPER, abi.encodeCall(Escrow.release, (_terms[order], proof)))) {
            hasReason[order] = true;
        }
    }

    function refund(uint256 order, bool byStranger) external {
        if (order % 7 != 0) return;
        order %= ORDERS;
        address by = byStranger ? STRANGER : _terms[order].sellerOp;
        call(order, by, abi.encodeCall(Escrow.refund, (_terms[order], "")));
    }

    function refundLate(uint256 order) external {
        order %= ORDERS;
        tipped(order, abi.encodeCall(Escrow.refundLate, (_terms[order])));
    }

    function finalize(uint256 order) external {
        order %= ORDERS;
        tipped(order, abi.encodeCall(Escrow.finalize, (_terms[order])));
    }

    function arbiterTimeout(uint256 order) external {
        order %= ORDERS;
        tipped(order, abi.encodeCall(Escrow.arbiterTimeout, (_terms[order])));
    }

    function pull(uint256 order, uint256 payee, bool isToken, bool byStranger) external {
        order %= ORDERS;
        address from = _payees[payee % _payees.length];
        // To another payee, so that all money stays where it is counted. A stranger can only pay the payee.
        address to = byStranger ? from : KEEPER;
        address asset = isToken ? address(token) : address(0);
        uint256 had = balanceOf(isToken ? 1 : 0, KEEPER);
        call(
            order, byStranger ? STRANGER : from, abi.encodeCall(Escrow.pull, (_terms[order], asset, from, to))
        );
        tips[isToken ? 1 : 0] += balanceOf(isToken ? 1 : 0, KEEPER) - had;
    }

    function sweep(uint256 order, bool isToken) external {
        order %= ORDERS;
        address asset = isToken ? address(token) : address(0);
        call(order, STRANGER, abi.encodeCall(Escrow.sweep, (_terms[order], asset)));
    }

    function block_(uint256 payee, bool blocked) external {
        token.setBlocked(_payees[payee % _payees.length], blocked);
    }

    function tipped(uint256 order, bytes memory data) private {
        if (call(order, KEEPER, data)) tips[order % 2] += _terms[order].keeperTip;
    }

    /// @dev Calls, counts endings, and holds every refusal to changing no state.
    function call(uint256 order, address from, bytes memory data) private returns (bool done) {
        bytes32 before = keccak256(abi.encode(escrow.stateOf(idOf(_terms[order]))));
        bool wasClosed = statusAt(order) == Escrow.Status.Closed;
        vm.prank(from);
        (done,) = address(escrow).call(data);
        bytes32 afterwards = keccak256(abi.encode(escrow.stateOf(idOf(_terms[order]))));
        require(done || before == afterwards, "a refused call changed the state");
        bool isClosed = statusAt(order) == Escrow.Status.Closed;
        require(!wasClosed || isClosed, "a closed order was opened");
        if (isClosed && !wasClosed) ++endings[order];
    }

    // What is seen.

    function termsAt(uint256 order) public view returns (Terms memory) {
        return _terms[order];
    }

    function sellerAt(uint256 order) external view returns (address) {
        return _terms[order].seller;
    }

    function vaultAt(uint256 order) public view returns (address) {
        return vaultOf(_terms[order]);
    }

    function statusAt(uint256 order) public view returns (Escrow.Status) {
        return statusOf(_terms[order]);
    }

    function payees() external view returns (uint256) {
        return _payees.length;
    }

    function payeeAt(uint256 index) external view returns (address) {
        return _payees[index];
    }

    function balanceOf(uint256 asset, address account) public view returns (uint256) {
        return asset == 0 ? account.balance : token.balanceOf(account);
    }

    function owed(uint256 order, uint256 asset, address payee) external view returns (uint256) {
        return escrow.owed(idOf(_terms[order]), asset == 0 ? address(0) : address(token), payee);
    }

    function owedTotal(uint256 order, uint256 asset) external view returns (uint256) {
        return escrow.owedTotal(idOf(_terms[order]), asset == 0 ? address(0) : address(token));
    }
}
