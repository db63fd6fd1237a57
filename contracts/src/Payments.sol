// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20, Vault} from "./Vault.sol";

/// @title Vaults, and payments out of them
/// @notice Makes the vault of an order when money goes out of it, pays, and keeps what could not be paid.
/// @dev Payees are untrusted, tokens too. While they are called no other payment can start.
abstract contract Payments {
    /// @dev Gas of a payee of Ether. A contract wallet takes about 10,000.
    uint256 private constant ETHER_GAS = 100_000;
    /// @dev Gas of a token's transfer. The well-known ones take up to 70,000.
    uint256 private constant TOKEN_GAS = 300_000;

    /// @notice The contract that all vaults are copies of.
    address public immutable VAULT_CODE;
    /// @dev Hash of the code that makes a copy, part of the address of each.
    bytes32 private immutable COPIER_HASH;

    /// @notice Amount that `payee` could not be paid, by order and token (zero: Ether).
    mapping(bytes32 id => mapping(address token => mapping(address payee => uint256))) public owed;
    /// @notice Sum of `owed` over all payees.
    mapping(bytes32 id => mapping(address token => uint256)) public owedTotal;

    /// @dev True while payees are called.
    bool private transient _paying;

    /// @notice A payment failed, and waits for its payee.
    event Owed(bytes32 indexed id, address token, address payee, uint256 amount);

    /// @notice There is nothing to pay.
    error NothingToPay();
    /// @notice The token did not tell the balance.
    error TokenFailed();
    /// @notice The payee refused, or the token did.
    error PaymentFailed();
    /// @notice A payee that is being paid tried to start another payment.
    error Paying();
    /// @notice This would take money of the order's own asset: the token is another name of it.
    error SameMoney();

    /// @dev Lets one payment happen at a time, of all orders.
    modifier nonReentrant() {
        if (_paying) revert Paying();
        _paying = true;
        _;
        _paying = false;
    }

    /// @dev Holds for money in `token` that is not the asset `own` of the order. Some assets have two contracts, or
    /// are Ether and a token at once: what there was in the order's asset must still be there afterwards.
    modifier sparing(address own, address token, address vault) {
        (, uint256 before) = _tryBalance(own, vault);
        _;
        (, uint256 left) = _tryBalance(own, vault);
        if (token != own && left < before) revert SameMoney();
    }

    /// @notice Makes the contract that all vaults are copies of.
    constructor() {
        VAULT_CODE = address(new Vault());
        COPIER_HASH = keccak256(_copier(VAULT_CODE));
    }

    /// @notice Returns the address that the buyer of the order `id` pays to.
    function vaultOf(bytes32 id) public view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), id, COPIER_HASH)))));
    }

    /// @dev Makes the copy of `Vault` at the address of the order, unless it is there.
    function _makeVault(bytes32 id, address vault) private {
        if (vault.code.length > 0) return;
        bytes memory copier = _copier(VAULT_CODE);
        assembly ("memory-safe") {
            // Nobody but this contract makes contracts at these addresses. If it fails all the same, the first
            // payment finds no code and reverts.
            pop(create2(0, add(copier, 32), mload(copier), id))
        }
    }

    /// @dev Pays, or writes down what is owed. Makes the vault if there is none.
    function _push(bytes32 id, address vault, address token, address payee, uint256 amount) internal {
        if (amount == 0) return;
        _makeVault(id, vault);
        uint256 gasLimit = token == address(0) ? ETHER_GAS : TOKEN_GAS;
        bool isPaid = Vault(payable(vault)).pay(token, payee, amount, gasLimit);
        if (isPaid) return;
        owed[id][token][payee] += amount;
        owedTotal[id][token] += amount;
        emit Owed(id, token, payee, amount);
    }

    /// @dev Pays what is owed to `payee`, or what there is if a token took some back. Reverts if that fails: the
    /// payee has all the gas of the transaction.
    function _payOwed(bytes32 id, address vault, address token, address payee, address to)
        internal
        returns (uint256 amount)
    {
        uint256 balance = _readBalance(token, vault);
        amount = owed[id][token][payee];
        if (amount > balance) amount = balance;
        if (amount == 0) revert NothingToPay();
        owed[id][token][payee] -= amount;
        owedTotal[id][token] -= amount;
        if (!Vault(payable(vault)).pay(token, to, amount, 0)) revert PaymentFailed();
    }

    /// @dev Balance of `vault`. Reverts if the token does not tell it: a seller must not lose the price because
    /// a token failed, or was given too little gas.
    function _readBalance(address token, address vault) internal view returns (uint256 amount) {
        bool isKnown;
        (isKnown, amount) = _tryBalance(token, vault);
        if (!isKnown) revert TokenFailed();
    }

    /// @dev Balance of `vault`, or zero and false if the token does not tell it.
    function _tryBalance(address token, address vault) internal view returns (bool isKnown, uint256 amount) {
        if (token == address(0)) return (true, vault.balance);
        bytes memory data = abi.encodeCall(IERC20.balanceOf, (vault));
        assembly ("memory-safe") {
            let answered := staticcall(gas(), token, add(data, 32), mload(data), 0, 32)
            isKnown := and(answered, gt(returndatasize(), 31))
            if isKnown { amount := mload(0) }
        }
    }

    /// @dev Code that makes a contract that does what `original` does (EIP-1167).
    function _copier(address original) private pure returns (bytes memory) {
        return abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73", original, hex"5af43d82803e903d91602b57fd5bf3"
        );
    }
}
