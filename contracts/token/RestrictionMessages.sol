// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Restriction} from "../types/Verdict.sol";

/// @title Restriction messages
/// @notice One sentence a restriction code (ERC-1404).
/// @dev Sentences stand one after the other, in the order of their codes: one comparison each would take 700 bytes more code.
library RestrictionMessages {
    // 0 … 10
    string private constant GENERAL = "No restriction|" "Transfers are paused|" "The sender's wallet is frozen|"
        "The receiver's wallet is frozen|" "The spender's wallet is frozen|" "The sender does not hold enough units|"
        "Too many of the sender's units are frozen|" "The sender is not a valid address|"
        "The receiver is not a valid address|" "More units than a token can count|"
        "The receiver's wallet was lost and replaced|";

    // 11 … 17 and 21 … 27, as the end of a sentence
    string private constant REASONS = "is not registered|" "has an expired registration|"
        "was attested by a provider that is not accepted|" "lives in a country that is not admitted|"
        "lacks a required claim|" "uses a wallet that was lost and replaced|" "is not verified by the registry|";

    // 40 … 58
    string private constant RULES = "The receiver would hold more than the cap|"
        "The receiver would hold more than its share of the supply|" "There would be too many investors|"
        "The sender's units are locked up|" "Units may not flow to the receiver's country yet|"
        "The receiver would hold more than the cap over all classes|"
        "There would be too many investors over all classes|" "There would be too many investors of one kind|"
        "There would be too many investors of one kind|" "There would be too many investors of one kind over all classes|"
        "There would be too many investors of one kind over all classes|" "There would be too few investors|"
        "An investor would hold less than the minimum|" "Only a whole position may be transferred|"
        "The sender's units are in their holding period|" "The receiver's wallet has too many lots|"
        "A wallet is on the deny list|" "More units than authorised|" "The compliance contract refuses|";

    function message(uint8 code) internal pure returns (string memory) {
        if (code <= Restriction.WALLET_RETIRED) return _sentence(GENERAL, code);
        if (code <= Restriction.SENDER + Restriction.NOT_VERIFIED) {
            return string.concat("The sender ", _sentence(REASONS, code - Restriction.SENDER - 1));
        }
        if (code > Restriction.RECEIVER && code <= Restriction.RECEIVER + Restriction.NOT_VERIFIED) {
            return string.concat("The receiver ", _sentence(REASONS, code - Restriction.RECEIVER - 1));
        }
        if (code >= Restriction.HOLDING_CAP && code <= Restriction.COMPLIANCE) {
            return _sentence(RULES, code - Restriction.HOLDING_CAP);
        }
        return code >= Restriction.EXTERNAL_RULE ? "An external rule refuses" : "Unknown restriction code";
    }

    /// @dev The sentence at this position; each ends with a bar.
    function _sentence(string memory sentences, uint256 position) private pure returns (string memory sentence) {
        bytes memory text = bytes(sentences);
        uint256 start;
        uint256 end;
        for (uint256 found; found <= position; ++end) {
            if (text[end] != "|") continue;
            if (++found <= position) start = end + 1;
        }
        sentence = string(new bytes(end - start - 1));
        for (uint256 i; i < end - start - 1; ++i) {
            bytes(sentence)[i] = text[start + i];
        }
    }
}
