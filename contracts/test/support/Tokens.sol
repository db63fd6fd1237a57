// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title A token as it should be: answers `true`, reverts if there is too little
contract Token {
    mapping(address => uint256) internal _balances;
    mapping(address => bool) public isBlocked;

    function mint(address to, uint256 amount) external {
        _balances[to] += amount;
    }

    /// @notice Takes away, as a token does whose balances shrink.
    function burn(address from, uint256 amount) external {
        _balances[from] -= amount;
    }

    /// @notice Refuses transfers to `account`, as issuers do.
    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function balanceOf(address account) external view virtual returns (uint256) {
        return _balances[account];
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function _move(address from, address to, uint256 amount) internal virtual {
        require(!isBlocked[to], "blocked");
        _balances[from] -= amount;
        _balances[to] += amount;
    }
}

/// @title A token whose transfer answers nothing (USDT)
contract SilentToken is Token {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(msg.sender, to, amount);
        assembly {
            return(0, 0)
        }
    }
}

/// @title A token that answers `false` where others revert
contract FalseToken is Token {
    function transfer(address to, uint256 amount) external override returns (bool) {
        if (isBlocked[to] || _balances[msg.sender] < amount) return false;
        _move(msg.sender, to, amount);
        return true;
    }
}

/// @title A token that answers with something that is no `true`
contract OddToken is Token {
    bytes public answer;

    function setAnswer(bytes calldata data) external {
        answer = data;
    }

    function transfer(address, uint256) external view override returns (bool) {
        bytes memory data = answer;
        assembly {
            return(add(data, 32), mload(data))
        }
    }
}

/// @title A token that keeps a part of each transfer
contract FeeToken is Token {
    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount);
        _balances[to] -= amount / 100;
    }
}

/// @title A token that does not tell balances while it is down
contract FragileToken is Token {
    bool public isDown;

    function setDown(bool down) external {
        isDown = down;
    }

    function balanceOf(address account) external view override returns (uint256) {
        require(!isDown, "down");
        return _balances[account];
    }
}

/// @title A second contract through which the balances of another are moved
contract SecondName {
    Token internal immutable FIRST;
    address internal immutable OWNER;

    constructor(Token first) {
        FIRST = first;
        OWNER = msg.sender;
    }

    function balanceOf(address account) external view returns (uint256) {
        return FIRST.balanceOf(account);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        require(!FIRST.isBlocked(to), "blocked");
        FIRST.burn(msg.sender, amount);
        FIRST.mint(to, amount);
        return true;
    }
}
