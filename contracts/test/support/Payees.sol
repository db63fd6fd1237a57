// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";

/// @title A payee that refuses Ether until it is told to take it
contract Refuser {
    bool public isOpen;

    function setOpen(bool open) external {
        isOpen = open;
    }

    receive() external payable {
        require(isOpen, "closed");
    }
}

/// @title A payee that burns all the gas it gets
contract GasBurner {
    receive() external payable {
        assembly {
            invalid()
        }
    }
}

/// @title A payee that takes Ether if it gets nearly all the gas that a push gives
contract ExactPayee {
    receive() external payable {
        require(gasleft() > 99_000, "less than a push gives");
    }
}

/// @title A payee that needs much gas, and more than a push gives
contract HungryPayee {
    mapping(uint256 => uint256) public used;

    receive() external payable {
        for (uint256 i = 1; i < 8; ++i) {
            used[i] = block.timestamp;
        }
    }
}

/// @title A payee that answers with a megabyte, or reverts with one
contract Bomb {
    bool public immutable REVERTS;

    constructor(bool reverts) {
        REVERTS = reverts;
    }

    receive() external payable {
        bool reverts = REVERTS;
        assembly {
            // As much as its gas buys: a megabyte costs two million.
            let size := 0x100000
            if lt(gas(), 3000000) { size := 0x4000 }
            if reverts { revert(0, size) }
            return(0, size)
        }
    }
}

/// @title A payee that calls the escrow contract when it is paid, and notes what came of it
contract Reenterer {
    Escrow internal immutable ESCROW;
    bytes internal _data;
    bool public hasSucceeded;
    bytes4 public answer;

    constructor(Escrow escrow) {
        ESCROW = escrow;
    }

    function setData(bytes calldata data) external {
        _data = data;
    }

    receive() external payable {
        (bool done, bytes memory data) = address(ESCROW).call(_data);
        hasSucceeded = done;
        answer = bytes4(data);
    }
}

/// @title A wallet contract: signs with the key of its owner, takes Ether
contract Wallet {
    address public immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    receive() external payable {}

    function isValidSignature(bytes32 digest, bytes calldata signature)
        external
        view
        virtual
        returns (bytes4)
    {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(digest, v, r, s) == OWNER ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function call(address target, bytes calldata data) external returns (bool done) {
        (done,) = target.call(data);
    }
}

/// @title A contract whose answer about signatures is whatever it is told
contract OddWallet {
    bytes internal _answer;
    bool internal _burns;

    function setAnswer(bytes calldata data, bool burns) external {
        _answer = data;
        _burns = burns;
    }

    fallback() external {
        bytes memory data = _answer;
        if (_burns) {
            assembly {
                invalid()
            }
        }
        assembly {
            return(add(data, 32), mload(data))
        }
    }
}
