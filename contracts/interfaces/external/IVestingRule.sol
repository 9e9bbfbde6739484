// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Vesting
/// @notice Units granted to an investor become transferable over time.
/// @dev Vested by t: nothing before start + cliff, everything from start + duration on, and in between
/// floor(units × whole periods since the start × period / duration). Wallets stand for their investor.
interface IVestingRule is IExternalRule {
    /// @notice A grant. One slot.
    struct Grant {
        uint96 units;
        uint40 start; // unix seconds; may be past
        uint32 cliff; // seconds after the start before which nothing vests
        uint32 duration; // seconds after the start at which everything has vested
        uint32 period; // seconds from one step to the next; 0: every second
        uint24 id; // given by the rule; never used again for this investor
    }

    /// @notice Units were granted.
    event Granted(address indexed token, address indexed investor, Grant grant);

    /// @notice A grant ended: what had vested stays free, the rest is forfeited and stays locked.
    event GrantRevoked(
        address indexed token, address indexed investor, uint24 indexed id, uint256 vested, uint256 forfeited, string reason
    );

    /// @notice Forfeited units are locked no longer: the issuer took them, or waived them for this reason.
    event ForfeitedReleased(address indexed token, address indexed investor, uint256 units, string reason);

    /// @notice Everything must vest some time after the start.
    error NoDuration();

    /// @notice The cliff comes after everything has vested.
    error CliffAfterEnd(uint32 cliff, uint32 duration);

    /// @notice A period is longer than the whole vesting.
    error PeriodTooLong(uint32 period, uint32 duration);

    /// @notice At most `limit` grants of an investor may be vesting.
    error TooManyGrants(address investor, uint256 limit);

    /// @notice The investor has no such grant, or it has vested and was cleared.
    error GrantNotFound(address investor, uint24 id);

    /// @notice No more than the forfeited units can be released.
    error ReleaseExceedsForfeited(address investor, uint256 forfeited, uint256 units);

    /// @notice Locks units of an investor that vest over time; it gets them by an issue or a transfer, before or after.
    /// @param grant `id` is ignored. The start may be past: an investor that was given another identity is granted the same anew.
    /// @dev Power: compliance officer. The wallet must be registered. At most 8 that still vest; those that have vested make room.
    function grantUnits(address token, address wallet, Grant calldata grant) external returns (uint24 id);

    /// @notice Ends a grant, when somebody leaves: the unvested units are forfeited. They stay locked, for the issuer to redeem or to move
    /// by order; whatever it takes from the investor in these ways is taken off the forfeited units first.
    /// @dev Power: compliance officer.
    function revoke(address token, address wallet, uint24 id, string calldata reason) external;

    /// @notice Waives forfeited units: they are free at once. With {revoke} this is accelerated vesting.
    /// @dev Power: compliance officer.
    function release(address token, address wallet, uint96 units, string calldata reason) external;

    /// @notice The grants of an investor that still vest, or vested since the last change.
    function grantsOf(address token, address wallet) external view returns (Grant[] memory);

    /// @notice Forfeited units that the issuer has not taken.
    function forfeitedOf(address token, address wallet) external view returns (uint256 units);

    /// @notice Units locked at a time, as far as is known now: not vested, and forfeited.
    function lockedAt(address token, address wallet, uint48 time) external view returns (uint256 units);
}
