// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {ExternalRules} from "./ExternalRules.sol";
import {BOUND, MORE_PAIRS, SettingsWord} from "./SettingsWord.sol";
import {FlowBack} from "./rules/FlowBack.sol";
import {HoldingPeriod} from "./rules/HoldingPeriod.sol";
import {InvestorCount} from "./rules/InvestorCount.sol";

/// @title Rulebook storage
/// @notice Everything a rulebook keeps, in one place: the rulebook and its office share this layout, and neither adds to it.
abstract contract RulebookStorage is AccessManaged {
    /// @dev Seldom read, so together in one slot.
    struct Bounds {
        uint96 minimumUnits;
        uint96 authorisedUnits;
        uint24 minimumInvestors;
    }

    /// @dev A count under way. One slot, and the last holder.
    struct Count {
        uint32 position; // holders seen; 0: none under way
        uint8 index; // of the token whose holders are being counted
        uint96 units; // seen of that token
        uint24 investors;
        address previous;
    }

    /// @dev Of one token, or under token zero of all classes.
    struct Book {
        SettingsWord settings;
        uint256 morePairs; // flow-back pairs beyond the first
        Bounds bounds;
        ExternalRules.State rules;
        HoldingPeriod.Lots lots; // with the lockups: one word a wallet
        mapping(uint256 country => InvestorCount.Counter) countries;
        uint16[] named; // the countries that have a limit
        InvestorCount.Counter[4] groups;
        Count counting;
    }

    uint16 internal constant FIRST_GROUP = 1000; // in {IRulebook-KindCountChanged}

    mapping(address token => Book) internal _books;
    address[] internal _tokens;
    mapping(address wallet => bool) internal _denied;
    bool internal transient _telling; // an external rule is being told: it judges and counts, it does not act

    /// @dev Remembers it under token zero too, for tokens bound later.
    function _switchAll(uint256 switches, bool on) internal {
        _switch(address(0), switches, on);
        for (uint256 i; i < _tokens.length; ++i) {
            _switch(_tokens[i], switches, on);
        }
    }

    function _switch(address token, uint256 switches, bool on) internal {
        _books[token].settings = _books[token].settings.withSwitch(switches, on);
    }

    function _requireBound(address token) internal view {
        if (!_isBound(token)) revert IRulebook.TokenNotBound(token);
    }

    function _isBound(address token) internal view returns (bool) {
        return _books[token].settings.isOn(BOUND);
    }

    function _pairs(Book storage book, SettingsWord settings) internal view returns (uint256 pairs) {
        pairs = settings.firstPair();
        if (settings.isOn(MORE_PAIRS)) pairs |= book.morePairs << FlowBack.PAIR_BITS;
    }

    /// @notice What an investor holds in the issuer's other classes, or only in those bound before the calling token.
    /// @dev While facts change, each class is told in turn: an investor leaves, and enters, with the first class it holds.
    function _heldElsewhere(address wallet, bool earlierOnly) internal view returns (uint256 units) {
        for (uint256 i; i < _tokens.length; ++i) {
            address token = _tokens[i];
            if (token != msg.sender) units += IRegister(token).heldByInvestor(wallet);
            else if (earlierOnly) return units;
        }
    }
}
