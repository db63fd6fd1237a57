// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title The part of ERC-20 that is used here
interface IERC20 {
    /// @notice Returns the balance of `account`.
    function balanceOf(address account) external view returns (uint256);
    /// @notice Moves `amount` from the caller to `to`.
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @title Holds the money of one order
/// @notice Each order has its own vault: a copy (EIP-1167) of this contract, at an address that is known
/// before the copy exists. The buyer's transfer goes to an address without code, so it costs what every
/// transfer costs and cannot fail. `Escrow` makes the copy when the money goes out.
/// @dev The only thing a vault can do is to pay, and only `Escrow` can tell it to. It cannot call anything
/// but `transfer` of a token, and has no storage, so nothing is left to take over.
contract Vault {
    /// @dev Gas that the call itself costs at most, beside what the payee gets: a cold account (2,600), a value
    /// (9,000), a new account (25,000), and some spare.
    uint256 private constant CALL_GAS = 40_000;

    /// @dev In the code of the original, so its copies have it too.
    address private immutable ESCROW = msg.sender;

    /// @notice Somebody else than the escrow contract called.
    error NotEscrow();
    /// @notice The payee would get less gas than it may use: send the transaction with a higher gas limit.
    error TooLittleGas();

    /// @notice Takes Ether that comes after the vault was made.
    receive() external payable {}

    /// @notice Pays, and returns true if the payee took it.
    /// @dev The payee is untrusted: it may be a contract that reverts, burns its gas, or returns a megabyte.
    /// It gets exactly `gasLimit`, so that a caller who sends too little gas cannot make a good payee fail,
    /// and at most 32 bytes of its answer are read. Nothing of it makes this function revert.
    /// @param token ERC-20 contract, or zero for Ether. It may answer nothing (USDT) or `true`.
    /// @param payee Who is paid.
    /// @param amount Smallest units.
    /// @param gasLimit Gas for the payee or the token, or zero for all there is.
    function pay(address token, address payee, uint256 amount, uint256 gasLimit)
        external
        returns (bool paid)
    {
        if (msg.sender != ESCROW) revert NotEscrow();
        // A call gets at most 63/64 of the gas that is left: the rest must be that much more.
        if (gasleft() < gasLimit + gasLimit / 63 + CALL_GAS) revert TooLittleGas();
        if (gasLimit == 0) gasLimit = gasleft();

        if (token == address(0)) {
            assembly ("memory-safe") {
                paid := call(gasLimit, payee, amount, 0, 0, 0, 0)
            }
            return paid;
        }
        if (token.code.length == 0) return false;
        bytes memory data = abi.encodeCall(IERC20.transfer, (payee, amount));
        assembly ("memory-safe") {
            paid := call(gasLimit, token, 0, add(data, 32), mload(data), 0, 32)
            if returndatasize() {
                paid := and(paid, and(gt(returndatasize(), 31), eq(mload(0), 1)))
            }
        }
    }
}
