// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {admissionWord as newAdmissionWord, AdmissionWord} from "../../../contracts/types/Admission.sol";
import {RegisterStub} from "./RegisterStub.sol";

/// @title Register with facts and issues
/// @notice A token whose registry, authority and issuing a test writes down, too: all at its own address.
contract FullRegisterStub is RegisterStub {
    struct Facts {
        uint8 reason;
        uint16 country;
        uint32 claims;
    }

    mapping(address wallet => Facts) private _facts;
    mapping(address wallet => uint256) public issuedTo;
    address public issuer;
    bool public silent; // the registry does not answer
    bool public refusing; // issues are refused

    error IssueRefused(address to);
    error Silent();

    function attest(address wallet, uint8 reason, uint16 country, uint32 claims) external {
        _facts[wallet] = Facts(reason, country, claims);
    }

    function setSilent(bool on) external {
        silent = on;
    }

    function setRefusing(bool on) external {
        refusing = on;
    }

    function setIssuer(address account) external {
        issuer = account;
    }

    function issue(address to, uint256 units, string calldata, bytes32) external {
        if (refusing) revert IssueRefused(to);
        issuedTo[to] += units;
    }

    function identityRegistry() external view returns (address) {
        return address(this);
    }

    function authority() external view returns (address) {
        return address(this);
    }

    function canCall(address caller, address, bytes4 selector) external view returns (bool, uint32) {
        return (caller == issuer && selector == this.issue.selector, 0);
    }

    function admissionWord(address token, address wallet) external view returns (AdmissionWord) {
        if (silent) revert Silent();
        require(token == address(this));
        Facts memory facts = _facts[wallet];
        return newAdmissionWord(facts.reason, false, 0, uint48(facts.country) | uint48(facts.claims) << 16, false);
    }
}
