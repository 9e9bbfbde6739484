// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3643IdentityRegistry, IERC3643Office} from "../../../contracts/interfaces/standards/IERC3643.sol";
import {IERC7943Movements} from "../../../contracts/interfaces/standards/IERC7943.sol";

/// @title Small ERC-3643 compliance contract
/// @notice Bound to one token, asked by it, told by it. Caps what a wallet holds, as it reads it from its token, and what comes of one country.
contract ComplianceStub {
    enum Mood {
        Sound,
        Reverting,
        Rubbish, // answers a word that is no bool
        Deaf, // reverts when it is told
        Acting // moves a unit back by order when it is told
    }

    event Told(string what, address from, address to, uint256 amount);

    Mood public mood;
    address public token;
    uint256 public cap = type(uint256).max;
    uint16 public country;

    modifier onlyToken() {
        require(msg.sender == token, "only token");
        require(mood != Mood.Deaf, "deaf");
        _;
    }

    function set(Mood newMood, uint256 newCap, uint16 refusedCountry) external {
        (mood, cap, country) = (newMood, newCap, refusedCountry);
    }

    function bindToken(address newToken) external {
        require(token == address(0) && msg.sender == newToken, "cannot bind");
        token = newToken;
    }

    function unbindToken(address oldToken) external onlyToken {
        require(oldToken == token, "not bound");
        delete token;
    }

    function canTransfer(address, address to, uint256 amount) external view returns (bool) {
        require(mood != Mood.Reverting, "a bad day");
        if (mood == Mood.Rubbish) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        address registry = IERC3643Office(token).identityRegistry();
        bool refused = country != 0 && IERC3643IdentityRegistry(registry).investorCountry(to) == country;
        return !refused && IERC20(token).balanceOf(to) + amount <= cap;
    }

    function transferred(address from, address to, uint256 amount) external onlyToken {
        emit Told("transferred", from, to, amount);
        if (mood == Mood.Acting) IERC7943Movements(token).forcedTransfer(to, from, 1);
    }

    function created(address to, uint256 amount) external onlyToken {
        emit Told("created", address(0), to, amount);
    }

    function destroyed(address from, uint256 amount) external onlyToken {
        emit Told("destroyed", from, address(0), amount);
    }
}
