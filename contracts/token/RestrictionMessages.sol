// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Restriction} from "../types/Verdict.sol";

/// @title Restriction messages
/// @notice One sentence a restriction code (ERC-1404).
library RestrictionMessages {
    function message(uint8 code) internal pure returns (string memory) {
        if (code == Restriction.NONE) return "No restriction";
        if (code == Restriction.PAUSED) return "Transfers are paused";
        if (code == Restriction.SENDER_FROZEN) return "The sender's wallet is frozen";
        if (code == Restriction.RECEIVER_FROZEN) return "The receiver's wallet is frozen";
        if (code == Restriction.SPENDER_FROZEN) return "The spender's wallet is frozen";
        if (code == Restriction.BALANCE) return "The sender does not hold enough units";
        if (code == Restriction.FROZEN_UNITS) return "Too many of the sender's units are frozen";
        if (code == Restriction.INVALID_SENDER) return "The sender is not a valid address";
        if (code == Restriction.INVALID_RECEIVER) return "The receiver is not a valid address";
        if (code == Restriction.SUPPLY_OVERFLOW) return "More units than a token can count";
        if (code == Restriction.WALLET_RETIRED) return "The receiver's wallet was lost and replaced";
        if (code > Restriction.SENDER && code <= Restriction.SENDER + Restriction.NOT_VERIFIED) {
            return string.concat("The sender ", _reason(code - Restriction.SENDER));
        }
        if (code > Restriction.RECEIVER && code <= Restriction.RECEIVER + Restriction.NOT_VERIFIED) {
            return string.concat("The receiver ", _reason(code - Restriction.RECEIVER));
        }
        if (code == Restriction.HOLDING_CAP) return "The receiver would hold more than the cap";
        if (code == Restriction.HOLDING_SHARE) return "The receiver would hold more than its share of the supply";
        if (code == Restriction.INVESTOR_COUNT) return "There would be too many investors";
        if (code == Restriction.LOCKUP) return "The sender's units are locked up";
        if (code == Restriction.FLOW_BACK) return "Units may not flow to the receiver's country yet";
        if (code == Restriction.ISSUER_HOLDING_CAP) {
            return "The receiver would hold more than the cap over all classes";
        }
        if (code == Restriction.ISSUER_INVESTOR_COUNT) return "There would be too many investors over all classes";
        if (code == Restriction.COUNTRY_COUNT || code == Restriction.GROUP_COUNT) {
            return "There would be too many investors of one kind";
        }
        if (code == Restriction.ISSUER_COUNTRY_COUNT || code == Restriction.ISSUER_GROUP_COUNT) {
            return "There would be too many investors of one kind over all classes";
        }
        if (code == Restriction.MINIMUM_INVESTORS) return "There would be too few investors";
        if (code == Restriction.MINIMUM_HOLDING) return "An investor would hold less than the minimum";
        if (code == Restriction.WHOLE_POSITION) return "Only a whole position may be transferred";
        if (code == Restriction.HOLDING_PERIOD) return "The sender's units are in their holding period";
        if (code == Restriction.LOTS_FULL) return "The receiver's wallet has too many lots";
        if (code == Restriction.DENIED) return "A wallet is on the deny list";
        if (code == Restriction.AUTHORISED_SUPPLY) return "More units than authorised";
        if (code == Restriction.COMPLIANCE) return "The compliance contract refuses";
        return code >= Restriction.EXTERNAL_RULE ? "An external rule refuses" : "Unknown restriction code";
    }

    /// @dev A registry's reason, as the end of a sentence.
    function _reason(uint8 reason) private pure returns (string memory) {
        if (reason == Restriction.NOT_REGISTERED) return "is not registered";
        if (reason == Restriction.EXPIRED) return "has an expired registration";
        if (reason == Restriction.PROVIDER) return "was attested by a provider that is not accepted";
        if (reason == Restriction.COUNTRY) return "lives in a country that is not admitted";
        if (reason == Restriction.CLAIMS) return "lacks a required claim";
        if (reason == Restriction.RETIRED) return "uses a wallet that was lost and replaced";
        return "is not verified by the registry";
    }
}
