// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title The messages that are signed
/// @notice Typed data (EIP-712) of the domain {name "cryptocart", version "1", chainId, verifyingContract}. Each
/// message names its order, so a signature counts for one action, one order, one contract and one chain.
abstract contract TypedData {
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("cryptocart");
    bytes32 private constant VERSION = keccak256("1");
    bytes32 private constant ACT_TYPE = keccak256("Act(bytes32 id,string action,uint256 arg)");
    bytes32 private constant EXTEND_TYPE = keccak256("Extend(bytes32 id,uint64 until)");
    bytes32 private constant DELIVERED_TYPE = keccak256(
        "Delivered(bytes32 id,bytes32 tracking,uint64 acceptedAt,uint64 deliveredAt,uint8 matchLevel,bytes32 evidence)"
    );

    /// @notice One attestor's report of a delivery.
    /// @dev Each attestor asks the carrier on its own and keeps its own evidence, so each signs its own report.
    /// @param index Place of the signer in the list of attestors.
    /// @param acceptedAt When the carrier took the parcel.
    /// @param deliveredAt When the carrier delivered it.
    /// @param matchLevel How well it matches the order; see `Terms.minMatch`.
    /// @param evidence Commitment to the carrier's answer, for the arbiter.
    /// @param v 27 or 28.
    /// @param r First word of the signature.
    /// @param s Second word of the signature, the lower of the two that are possible.
    struct Report {
        uint8 index;
        uint64 acceptedAt;
        uint64 deliveredAt;
        uint8 matchLevel;
        bytes32 evidence;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice One attestor's signature of an extension.
    /// @param index Place of the signer in the list of attestors.
    /// @param v 27 or 28.
    /// @param r First word of the signature.
    /// @param s Second word of the signature, the lower of the two that are possible.
    struct AttestorSignature {
        uint8 index;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice Returns the EIP-712 separator of this contract on this chain.
    /// @dev Not stored: after a split of the chain, one side has another number.
    function domainSeparator() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    }

    /// @notice Returns the digest of a party's action.
    /// @param id The order.
    /// @param action Hash of the action's name: ship, dispute, release, refund or rule.
    /// @param arg The tracking commitment (ship), the buyer's share (rule), or zero.
    function actDigest(bytes32 id, bytes32 action, uint256 arg) public view returns (bytes32) {
        return _digest(domainSeparator(), keccak256(abi.encode(ACT_TYPE, id, action, arg)));
    }

    /// @notice Returns the digest of an extension.
    function extendDigest(bytes32 id, uint64 until) public view returns (bytes32) {
        return _digest(domainSeparator(), keccak256(abi.encode(EXTEND_TYPE, id, until)));
    }

    /// @notice Returns the digest of an attestor's report.
    function deliveredDigest(bytes32 id, bytes21 tracking, Report calldata report)
        public
        view
        returns (bytes32)
    {
        return _deliveredDigest(domainSeparator(), id, tracking, report);
    }

    /// @notice Returns the digest of a release by the text `cryptocart release 0x...`, signed as a wallet signs
    /// text (ERC-191).
    /// @dev The text names the vault in lower case: the address that the buyer paid. That address is derived from
    /// the contract and the terms, and these name the chain.
    function releaseTextDigest(address vault) public pure returns (bytes32) {
        return
            keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n61cryptocart release 0x", _hex(vault)));
    }

    /// @dev The same, for a caller that has the separator already.
    function _deliveredDigest(bytes32 separator, bytes32 id, bytes21 tracking, Report calldata report)
        internal
        pure
        returns (bytes32)
    {
        return _digest(
            separator,
            keccak256(
                abi.encode(
                    DELIVERED_TYPE,
                    id,
                    bytes32(tracking),
                    report.acceptedAt,
                    report.deliveredAt,
                    report.matchLevel,
                    report.evidence
                )
            )
        );
    }

    /// @dev EIP-712: the digest of a message in a domain.
    function _digest(bytes32 separator, bytes32 message) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, message));
    }

    /// @dev Forty hexadecimal digits.
    function _hex(address account) private pure returns (bytes memory digits) {
        digits = new bytes(40);
        uint160 rest = uint160(account);
        for (uint256 i = 40; i > 0; rest >>= 4) {
            digits[--i] = bytes16("0123456789abcdef")[rest & 15];
        }
    }
}
