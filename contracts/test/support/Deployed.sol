// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {vm} from "./Vm.sol";

/// @title Deploys the contract as it is deployed on a chain
abstract contract Deployed {
    /// @dev The well-known contract that deploys others to an address that depends on their code alone.
    address internal constant DEPLOYER = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    bytes private constant DEPLOYER_CODE =
        hex"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

    function deploy() internal returns (Escrow) {
        makeDeployer();
        (bool done, bytes memory place) = DEPLOYER.call(deploymentData());
        vm.assertTrue(done, "deployed");
        return Escrow(address(bytes20(place)));
    }

    function makeDeployer() internal {
        vm.etch(DEPLOYER, DEPLOYER_CODE);
    }

    /// @dev What the deployer is sent: a salt, and the code.
    function deploymentData() internal pure returns (bytes memory) {
        return abi.encodePacked(bytes32(0), type(Escrow).creationCode);
    }
}
