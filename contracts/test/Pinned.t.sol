// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {Deployed} from "./support/Deployed.sol";
import {vm} from "./support/Vm.sol";

/// @title The code of the contract, and where it stands on every chain
/// @dev Whoever has the same compiler gets the same bytes. pinned/escrow.hex has them, for programs without a
/// compiler; pinned/escrow.json has their hashes, and shops hold what a node tells them to it.
/// `PINNED_WRITE=true` writes both files.
contract PinnedTest is Deployed {
    string private constant FILE = "pinned/escrow.json";
    string private constant CODE_FILE = "pinned/escrow.hex";

    function test_code_is_what_is_pinned() public {
        Escrow escrow = deploy();
        address original = escrow.VAULT_CODE();
        string memory text = string.concat(
            '{\n  "compiler": "solc 0.8.37, optimizer 2000 runs, evm cancun",\n  "deployer": "',
            vm.toString(DEPLOYER),
            '",\n  "salt": "',
            vm.toString(bytes32(0)),
            '",\n  "init_code_hash": "',
            vm.toString(keccak256(type(Escrow).creationCode)),
            '",\n  "escrow": "',
            vm.toString(address(escrow))
        );
        text = string.concat(
            text,
            '",\n  "escrow_code_hash": "',
            vm.toString(address(escrow).codehash),
            '",\n  "vault_code": "',
            vm.toString(original),
            '",\n  "vault_code_hash": "',
            vm.toString(original.codehash),
            '",\n  "vault_init_code_hash": "',
            vm.toString(keccak256(copier(original))),
            '"\n}\n'
        );
        if (vm.envOr("PINNED_WRITE", false)) vm.writeFile(FILE, text);
        vm.assertEq(
            text, vm.readFile(FILE), "run maint/check-contracts pin if the contracts were meant to change"
        );
    }

    function test_code_that_deploys_is_what_is_pinned() public {
        string memory text = string.concat(vm.toString(type(Escrow).creationCode), "\n");
        if (vm.envOr("PINNED_WRITE", false)) vm.writeFile(CODE_FILE, text);
        // By hash: a failure would print both.
        bool isPinned = keccak256(bytes(text)) == keccak256(bytes(vm.readFile(CODE_FILE)));
        vm.assertTrue(isPinned, "run maint/check-contracts pin if the contracts were meant to change");
    }

    /// @dev The code that makes a vault, written down once more.
    function copier(address original) private pure returns (bytes memory) {
        return bytes.concat(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
            bytes20(original),
            hex"5af43d82803e903d91602b57fd5bf3"
        );
    }

    function test_vault_gets_the_code_of_a_copy() public {
        Escrow escrow = deploy();
        Terms memory terms;
        terms.chainId = 1;
        vm.chainId(1);
        terms.refundTo = address(0xB);
        bytes32 id = keccak256(abi.encode(terms));
        vm.deal(escrow.vaultOf(id), 1);
        escrow.refundLate(terms);
        bytes memory code = bytes.concat(
            hex"363d3d373d3d3d363d73", bytes20(escrow.VAULT_CODE()), hex"5af43d82803e903d91602b57fd5bf3"
        );
        vm.assertEq(escrow.vaultOf(id).code, code, "code");
    }
}
