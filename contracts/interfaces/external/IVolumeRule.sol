// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Volume
/// @notice No investor transfers more than so many units within a rolling window of time.
/// @dev As Rule 144(e) of the Securities Act limits affiliates to 1 % of the class in three months. Wallets stand for their investor.
interface IVolumeRule is IExternalRule {
    /// @notice A limit; of both, the stricter counts. One slot.
    struct Limit {
        uint96 units; // 0: only the share counts; type(uint96).max: none
        uint16 bps; // of the supply at the time of the transfer, rounded down; 0: only the units count
        uint32 window; // seconds
    }

    /// @notice The limit of every investor without one of its own changed (zeros: the rule is off for this token).
    event VolumeLimitSet(address indexed token, uint96 units, uint16 bps, uint32 window);

    /// @notice An investor's own limit changed (zeros: the limit of everybody holds).
    event InvestorVolumeSet(address indexed token, address indexed investor, uint96 units, uint16 bps);

    /// @notice A limit without a window, or a window without a limit.
    error IncompleteVolumeLimit(uint96 units, uint16 bps, uint32 window);

    /// @notice The token has no window: set the limit of everybody first.
    error NoVolumeWindow(address token);

    /// @notice Limits what each investor may transfer within any `window` seconds. Zeros: off.
    /// @param units type(uint96).max: unlimited but for those with a limit of their own, whose transfers alone are counted.
    /// @dev Power: compliance officer. With another window, what was transferred so far counts as done together, at the latest of it.
    function setLimit(address token, uint96 units, uint16 bps, uint32 window) external;

    /// @notice Gives an investor a limit of its own, within the token's window. `units` type(uint96).max: exempt. Zeros: as everybody.
    /// @dev Power: compliance officer. The wallet must be registered.
    function setInvestorVolume(address token, address wallet, uint96 units, uint16 bps) external;

    /// @notice The limit of everybody.
    function limitOf(address token) external view returns (Limit memory);

    /// @notice An investor's own limit; zeros: none. `window` is the token's.
    function ownLimitOf(address token, address wallet) external view returns (Limit memory);

    /// @notice What an investor has transferred within the window, as the rule counts it: never less than in truth.
    function transferredBy(address token, address wallet) external view returns (uint256 units);
}
