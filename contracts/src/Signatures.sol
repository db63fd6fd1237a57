// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that answers for its own signatures (ERC-1271)
interface IERC1271 {
    /// @notice Returns 0x1626ba7e if `signature` of `digest` is the contract's.
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4);
}

/// @title Checks of signatures
/// @dev Nothing here changes any state, and no answer of a foreign contract makes it revert.
library Signatures {
    /// @dev Half the order of secp256k1. Of the two signatures that each signing has, the one with the lower `s`
    /// counts.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    /// @dev Gas for a contract that answers for its own signatures. Whoever sends the transaction pays it, so
    /// the bound is for their sake.
    uint256 private constant ERC1271_GAS = 300_000;

    /// @notice Returns true if `signer` signed `digest`: by its key, or as a contract.
    /// @param signature 65 bytes r, s, v for a key. A contract says what its signatures are.
    function isSignedBy(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool)
    {
        if (signer == address(0)) return false;
        if (signature.length == 65) {
            bytes32 r = bytes32(signature[0:32]);
            bytes32 s = bytes32(signature[32:64]);
            if (recover(digest, uint8(signature[64]), r, s) == signer) return true;
        }
        return signer.code.length > 0 && _isAcceptedBy(signer, digest, signature);
    }

    /// @notice Returns the address whose key signed `digest`, or zero.
    /// @param v 27 or 28.
    function recover(bytes32 digest, uint8 v, bytes32 r, bytes32 s) internal pure returns (address) {
        if (uint256(s) > HALF_ORDER) return address(0);
        return ecrecover(digest, v, r, s);
    }

    /// @dev Asks `signer` by a static call that copies one word of the answer.
    function _isAcceptedBy(address signer, bytes32 digest, bytes calldata signature)
        private
        view
        returns (bool accepted)
    {
        bytes4 magic = IERC1271.isValidSignature.selector;
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        assembly ("memory-safe") {
            let answered := staticcall(ERC1271_GAS, signer, add(data, 32), mload(data), 0, 32)
            accepted := and(answered, and(gt(returndatasize(), 31), eq(mload(0), magic)))
        }
    }
}
