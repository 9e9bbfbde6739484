// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3643IdentityRegistry} from "../../../contracts/interfaces/standards/IERC3643.sol";

/// @title Plain ERC-3643 identity registry, that behaves as badly as a test asks
/// @notice Without ERC-165, terms or hooks. Its agents write it.
contract PlainRegistry is IERC3643IdentityRegistry {
    enum Mood {
        Honest,
        Reverting,
        Silent, // answers nothing
        Chatty, // answers two words
        Odd // answers 2
    }

    error NotAgent(address caller);

    Mood public mood;
    mapping(address account => bool) public isAgent;
    mapping(address wallet => address) public identity;
    mapping(address wallet => uint16) public investorCountry;

    constructor() {
        isAgent[msg.sender] = true;
    }

    modifier onlyAgent() {
        require(isAgent[msg.sender], NotAgent(msg.sender));
        _;
    }

    function addAgent(address account) external onlyAgent {
        isAgent[account] = true;
    }

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function registerIdentity(address userAddress, address identity_, uint16 country) external onlyAgent {
        identity[userAddress] = identity_;
        investorCountry[userAddress] = country;
        emit IdentityRegistered(userAddress, identity_);
    }

    function batchRegisterIdentity(
        address[] calldata userAddresses,
        address[] calldata identities,
        uint16[] calldata countries
    ) external onlyAgent {
        for (uint256 i = 0; i < userAddresses.length; ++i) {
            identity[userAddresses[i]] = identities[i];
            investorCountry[userAddresses[i]] = countries[i];
            emit IdentityRegistered(userAddresses[i], identities[i]);
        }
    }

    function updateIdentity(address userAddress, address identity_) external onlyAgent {
        emit IdentityUpdated(identity[userAddress], identity_);
        identity[userAddress] = identity_;
    }

    function updateCountry(address userAddress, uint16 country) external onlyAgent {
        investorCountry[userAddress] = country;
        emit CountryUpdated(userAddress, country);
    }

    function deleteIdentity(address userAddress) external onlyAgent {
        emit IdentityRemoved(userAddress, identity[userAddress]);
        delete identity[userAddress];
        delete investorCountry[userAddress];
    }

    function contains(address userAddress) external view returns (bool) {
        return identity[userAddress] != address(0);
    }

    function isVerified(address userAddress) external view returns (bool) {
        require(mood != Mood.Reverting, "a bad day");
        if (mood == Mood.Silent) _answer(0);
        if (mood == Mood.Chatty) _answer(64);
        if (mood == Mood.Odd) _answer(32);
        return identity[userAddress] != address(0);
    }

    function _answer(uint256 size) private pure {
        assembly {
            mstore(0, 2)
            mstore(32, 1)
            return(0, size)
        }
    }
}
