// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One restriction's answer to one movement.
struct Verdict {
    uint8 code; // 0: passes; else a constant of {Restriction}
    address account; // whom the restriction is about
    uint256 limit; // what is allowed
    uint256 actual; // what was asked for
    uint256 largest; // the largest number of units, no more than asked for, that would pass this restriction now
    uint48 earliest; // unix seconds: when the same units could pass; 0: not by waiting
}

/// @notice The stable codes of refusals (ERC-1404). Numbers are never reused.
library Restriction {
    uint8 internal constant NONE = 0;
    uint8 internal constant PAUSED = 1;
    uint8 internal constant SENDER_FROZEN = 2;
    uint8 internal constant RECEIVER_FROZEN = 3;
    uint8 internal constant SPENDER_FROZEN = 4;
    uint8 internal constant BALANCE = 5;
    uint8 internal constant FROZEN_UNITS = 6;
    uint8 internal constant INVALID_SENDER = 7;
    uint8 internal constant INVALID_RECEIVER = 8;
    uint8 internal constant SUPPLY_OVERFLOW = 9;
    uint8 internal constant WALLET_RETIRED = 10;

    // Reasons of a registry (1 … 9), told apart by side: SENDER + reason, RECEIVER + reason.
    uint8 internal constant SENDER = 10; // 11 … 19
    uint8 internal constant RECEIVER = 20; // 21 … 29
    uint8 internal constant NOT_REGISTERED = 1;
    uint8 internal constant EXPIRED = 2;
    uint8 internal constant PROVIDER = 3;
    uint8 internal constant COUNTRY = 4;
    uint8 internal constant CLAIMS = 5;
    uint8 internal constant RETIRED = 6;
    uint8 internal constant NOT_VERIFIED = 7; // a plain ERC-3643 registry gives no reason

    uint8 internal constant HOLDING_CAP = 40;
    uint8 internal constant HOLDING_SHARE = 41;
    uint8 internal constant INVESTOR_COUNT = 42;
    uint8 internal constant LOCKUP = 43;
    uint8 internal constant FLOW_BACK = 44;
    uint8 internal constant ISSUER_HOLDING_CAP = 45;
    uint8 internal constant ISSUER_INVESTOR_COUNT = 46;
    uint8 internal constant COUNTRY_COUNT = 47;
    uint8 internal constant GROUP_COUNT = 48;
    uint8 internal constant ISSUER_COUNTRY_COUNT = 49;
    uint8 internal constant ISSUER_GROUP_COUNT = 50;
    uint8 internal constant MINIMUM_INVESTORS = 51;
    uint8 internal constant MINIMUM_HOLDING = 52;
    uint8 internal constant WHOLE_POSITION = 53;
    uint8 internal constant HOLDING_PERIOD = 54;
    uint8 internal constant LOTS_FULL = 55;
    uint8 internal constant DENIED = 56;
    uint8 internal constant AUTHORISED_SUPPLY = 57;
    uint8 internal constant COMPLIANCE = 58; // a plain ERC-3643 compliance contract gives no reason

    uint8 internal constant EXTERNAL_RULE = 200; // an external rule refused without a code of its own, or failed
    uint8 internal constant VESTING = 201;
    uint8 internal constant VOLUME = 202;
    uint8 internal constant TRADING_HOURS = 203;
    uint8 internal constant BLACKOUT = 204;
    uint8 internal constant NOT_APPROVED = 205;
    uint8 internal constant SPENDER = 206;
    uint8 internal constant SANCTIONED = 207;
    uint8 internal constant COMPLIANCE_RULE = 208;
}

/// @notice Builds verdicts.
library Verdicts {
    /// @notice The movement passes.
    function ok() internal pure returns (Verdict memory verdict) {}

    /// @notice The movement is refused, whatever its size.
    function refuse(uint8 code, address account, uint256 limit, uint256 actual) internal pure returns (Verdict memory) {
        return Verdict({code: code, account: account, limit: limit, actual: actual, largest: 0, earliest: 0});
    }

    /// @notice The movement is refused, but up to `largest` units would pass.
    function refuseAbove(uint8 code, address account, uint256 limit, uint256 actual, uint256 largest)
        internal
        pure
        returns (Verdict memory)
    {
        return Verdict({code: code, account: account, limit: limit, actual: actual, largest: largest, earliest: 0});
    }

    /// @notice The movement is refused before `earliest`, except up to `largest` units.
    function refuseUntil(uint8 code, address account, uint256 limit, uint256 actual, uint256 largest, uint48 earliest)
        internal
        pure
        returns (Verdict memory)
    {
        return
            Verdict({code: code, account: account, limit: limit, actual: actual, largest: largest, earliest: earliest});
    }

    /// @notice Fills in a refusal where there is a place for one already; answers true. Spares a rule that passes the making of a verdict.
    function write(
        Verdict memory verdict,
        uint8 code,
        address account,
        uint256 limit,
        uint256 actual,
        uint256 largest,
        uint48 earliest
    ) internal pure returns (bool) {
        (verdict.code, verdict.account, verdict.limit) = (code, account, limit);
        (verdict.actual, verdict.largest, verdict.earliest) = (actual, largest, earliest);
        return true;
    }
}
