// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Token} from "../test/support/Tokens.sol";
import {vm} from "../test/support/Vm.sol";

/// @title A payee that takes Ether or refuses it
contract Payee {
    bool public refuses;

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    receive() external payable {
        require(!refuses);
    }
}

/// @title An order of which nothing is known: any terms, state, time, chain, balance and caller
/// @dev halmos tries all values at once. A proof calls one function and says what must hold if it succeeds.
/// The four who can be paid are four addresses, that take or refuse. The others may be any, and each other.
abstract contract ProofFixture {
    /// @dev All that a proof holds for.
    struct Case {
        Terms terms;
        uint8 status;
        uint40 shippedAt;
        uint40 until;
        bytes21 tracking;
        uint64 time;
        uint64 chain;
        uint128 balance;
        address caller;
        bool isToken;
        bool sellerRefuses;
        bool buyerRefuses;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @dev Somebody who sends what anybody may send.
    address internal constant KEEPER = address(0x6EE9E4);

    /// @dev Where the contract stores things.
    uint256 private constant OWED = 0;
    uint256 private constant OWED_TOTAL = 1;
    uint256 private constant STATES = 2;

    Escrow internal escrow;
    Token internal token;
    address internal seller;
    address internal buyer;
    address internal arbiter;

    function setUp() public {
        escrow = new Escrow();
        token = new Token();
        seller = address(new Payee());
        buyer = address(new Payee());
        arbiter = address(new Payee());
    }

    /// @dev Puts the order into the state of the case.
    function start(Case memory one) internal {
        one.terms.seller = seller;
        one.terms.refundTo = buyer;
        one.terms.arbiter = arbiter;
        one.terms.token = one.isToken ? address(token) : address(0);
        vm.assume(one.status <= uint8(Escrow.Status.Closed));
        bytes32 id = idOf(one);
        // None of these calls the contract by itself.
        vm.assume(one.caller != address(0) && one.caller != seller && one.caller != buyer && one.caller != vaultOf(one));
        vm.assume(one.caller != address(this) && one.caller != address(escrow) && one.caller != address(token));
        vm.assume(one.caller != escrow.VAULT_CODE());
        uint256 word = uint256(one.status) | uint256(one.shippedAt) << 8 | uint256(one.until) << 48
            | uint256(uint168(one.tracking)) << 88;
        vm.store(address(escrow), keccak256(abi.encode(id, STATES)), bytes32(word));
        if (one.isToken) token.mint(vaultOf(one), one.balance);
        else vm.deal(vaultOf(one), one.balance);
        vm.warp(one.time);
        vm.chainId(one.chain);
        Payee(payable(seller)).setRefuses(one.sellerRefuses);
        Payee(payable(buyer)).setRefuses(one.buyerRefuses);
        token.setBlocked(seller, one.sellerRefuses);
        token.setBlocked(buyer, one.buyerRefuses);
    }

    /// @dev Writes down that `amount` is owed to `payee`, and `total` to all.
    function startOwing(Case memory one, address payee, uint256 amount, uint256 total) internal {
        bytes32 id = idOf(one);
        address asset = one.terms.token;
        bytes32 ofOrder = keccak256(abi.encode(id, OWED));
        bytes32 ofAsset = keccak256(abi.encode(asset, ofOrder));
        vm.store(address(escrow), keccak256(abi.encode(payee, ofAsset)), bytes32(amount));
        bytes32 totals = keccak256(abi.encode(id, OWED_TOTAL));
        vm.store(address(escrow), keccak256(abi.encode(asset, totals)), bytes32(total));
    }

    /// @dev Makes the vault, as it is where something is owed.
    function startVault(Case memory one) internal {
        bytes memory code = bytes.concat(
            hex"363d3d373d3d3d363d73", bytes20(escrow.VAULT_CODE()), hex"5af43d82803e903d91602b57fd5bf3"
        );
        vm.etch(vaultOf(one), code);
    }

    function send(Case memory one, bytes memory data) internal returns (bool done) {
        vm.prank(one.caller);
        (done,) = address(escrow).call(data);
    }

    function signatureOf(Case memory one) internal pure returns (bytes memory) {
        return abi.encodePacked(one.r, one.s, one.v);
    }

    /// @dev Returns true if the case's signature is by `party`, of this action of this order.
    function hasSigned(Case memory one, address party, string memory action, uint256 arg) internal view returns (bool) {
        bytes32 digest = escrow.actDigest(idOf(one), keccak256(bytes(action)), arg);
        return party != address(0) && ecrecover(digest, one.v, one.r, one.s) == party;
    }

    function idOf(Case memory one) internal pure returns (bytes32) {
        return keccak256(abi.encode(one.terms));
    }

    function vaultOf(Case memory one) internal view returns (address) {
        return escrow.vaultOf(idOf(one));
    }

    function statusOf(Case memory one) internal view returns (Escrow.Status) {
        return escrow.stateOf(idOf(one)).status;
    }

    function balanceOf(Case memory one, address account) internal view returns (uint256) {
        return one.isToken ? token.balanceOf(account) : account.balance;
    }

    /// @dev What `payee` was paid or is owed.
    function got(Case memory one, address payee) internal view returns (uint256) {
        return balanceOf(one, payee) + escrow.owed(idOf(one), one.terms.token, payee);
    }

    /// @dev What the caller got who is none of the other three. (The arbiter may call: then it is the arbiter's.)
    function keeperGot(Case memory one) internal view returns (uint256) {
        return one.caller == arbiter ? 0 : got(one, one.caller);
    }

    /// @dev The order is closed, and all that was in the vault is paid or owed.
    function assertClosed(Case memory one) internal view {
        assert(statusOf(one) == Escrow.Status.Closed);
        uint256 paid = balanceOf(one, seller) + balanceOf(one, buyer) + balanceOf(one, arbiter);
        if (one.caller != arbiter && one.caller != vaultOf(one)) paid += balanceOf(one, one.caller);
        assert(paid + balanceOf(one, vaultOf(one)) == one.balance);
        assert(balanceOf(one, vaultOf(one)) == escrow.owedTotal(idOf(one), one.terms.token));
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    // Arguments that may be anything.

    function anyAttestors(address[3] memory list) internal pure returns (address[] memory all) {
        all = new address[](3);
        for (uint256 i; i < 3; ++i) {
            all[i] = list[i];
        }
    }

    /// @dev The same number, but on a path of its own for each place in a list of three: halmos reads no list at a
    /// place that it does not know.
    function fork(uint8 index) internal pure returns (uint8) {
        if (index == 0) return 0;
        if (index == 1) return 1;
        if (index == 2) return 2;
        return index;
    }

    function anyReports(TypedData.Report memory first, TypedData.Report memory second)
        internal
        pure
        returns (TypedData.Report[] memory reports)
    {
        reports = new TypedData.Report[](2);
        first.index = fork(first.index);
        second.index = fork(second.index);
        reports[0] = first;
        reports[1] = second;
    }
}
