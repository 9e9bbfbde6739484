// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Approval
/// @notice Units pass to another investor only with the issuer's consent; until then the holder stays the owner.
/// @dev Restricted transferability of registered shares (Vinkulierung), Swiss Code of Obligations art. 685a ff. A consent is to one
/// receiver and up to a number of units, in one transfer or several; once given it binds until it is used up or its time is over.
interface IApprovalRule is IExternalRule {
    /// @notice Where a request stands. Silence, use and lapse show in its other fields.
    enum Status {
        None,
        Pending,
        Approved,
        Refused,
        Cancelled
    }

    /// @notice A request for consent.
    struct Request {
        address giver; // the investor that asked
        uint40 deemedAt; // from this second on silence is consent; 0: never
        uint40 validUntil; // from this second on the request, and any consent, is void
        Status status;
        address receiver; // the investor that is to get the units
        uint96 units; // not transferred yet
        address token;
    }

    /// @notice A holder asks for consent.
    event ApprovalRequested(
        uint256 indexed id,
        address indexed token,
        address indexed holder,
        address to,
        uint96 units,
        uint48 deemedAt,
        uint48 validUntil,
        bytes32 documentHash
    );

    /// @notice The issuer consented.
    event RequestApproved(uint256 indexed id, string reason, bytes32 documentHash);

    /// @notice The issuer refused.
    event RequestRefused(uint256 indexed id, string reason, bytes32 documentHash);

    /// @notice The holder took its request back.
    event RequestCancelled(uint256 indexed id);

    /// @notice Units were transferred under a consent.
    event ApprovalUsed(uint256 indexed id, uint256 units);

    /// @notice How a token's consents work changed.
    event ApprovalTermsSet(address indexed token, uint32 deemedApprovedAfter, uint32 exemptClaims);

    /// @notice Only a holder of units may ask for consent.
    error NotAHolder(address account);

    /// @notice The receiver is the same investor, or nobody: no consent is needed.
    error InvalidReceiver(address to);

    /// @notice A request of this holder for this receiver is open, or its consent not used up; cancel it first.
    error RequestOpen(uint256 id);

    /// @notice The request does not wait for an answer: it was answered, cancelled, has lapsed, or silence has become consent.
    error RequestNotPending(uint256 id);

    /// @notice Only the holder that asked may take the request back, and only while it has effect.
    error NotYourRequest(uint256 id);

    /// @notice How consents work for a token.
    /// @param deemedApprovedAfter Seconds after which silence is consent (art. 685c para. 3: three months); 0: never. For later requests.
    /// @param exemptClaims Receivers with any of these claims need no consent; 0: nobody is exempt.
    /// @dev Power: compliance officer.
    function setApprovalTerms(address token, uint32 deemedApprovedAfter, uint32 exemptClaims) external;

    /// @notice Asks for consent to transfer up to `units` to a receiver. The caller's units stay where they are, and its own.
    /// @param to Any wallet of the receiver, which must be registered.
    /// @param validUntil Unix seconds; must leave time for silence to become consent, if it is to count.
    /// @dev Power: any holder. One open request for each receiver.
    function request(address token, address to, uint96 units, uint48 validUntil, bytes32 documentHash)
        external
        returns (uint256 id);

    /// @notice Takes a request back, or a consent that is not used up.
    /// @dev Power: the investor that asked, from any of its wallets.
    function cancel(uint256 id) external;

    /// @notice Consents.
    /// @dev Power: compliance officer.
    function approve(uint256 id, string calldata reason, bytes32 documentHash) external;

    /// @notice Refuses; the holder may ask again.
    /// @dev Power: compliance officer. Not once silence has become consent.
    function refuse(uint256 id, string calldata reason, bytes32 documentHash) external;

    /// @notice How consents work for a token.
    function approvalTermsOf(address token) external view returns (uint32 deemedApprovedAfter, uint32 exemptClaims);

    /// @notice A request; zeros if there is none.
    function requestOf(uint256 id) external view returns (Request memory);

    /// @notice The latest request between two investors; 0: none.
    function requestBetween(address token, address from, address to) external view returns (uint256 id);

    /// @notice Units that may be transferred to a receiver now, by consent or silence.
    function approvedUnits(address token, address from, address to) external view returns (uint256 units);
}
