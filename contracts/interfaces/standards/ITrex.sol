// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title T-REX 4.1.6, where it goes beyond ERC-3643
/// @notice What tokenkit's client asks T-REX's contracts, and reads of what they say; no contract of tokenkit's calls these.
/// @dev Functions of a registry, its lists of topics and issuers, a compliance and its modules, and a token, under one name. Written from the
/// published ABI. The events differ from the EIP's text in what is indexed: the same first topic, another layout.
interface ITrex {
    event RecoverySuccess(
        address indexed lostWallet, address indexed newWallet, address indexed investorOnchainID
    );
    event UpdatedTokenInformation(
        string indexed newName,
        string indexed newSymbol,
        uint8 newDecimals,
        string newVersion,
        address indexed newOnchainID
    );

    /// @notice T-REX: the investor's balance would exceed the maximum of the MaxBalance module.
    error MaxBalanceExceeded(address compliance, uint256 value);

    /// @notice T-REX: the balances set beforehand do not match the investors.
    error InvalidPresetValues(address compliance, address[] id, uint256[] balance);

    /// @notice T-REX: only the owner of the compliance contract may do this.
    error OnlyComplianceOwnerCanCall(address compliance);

    /// @notice T-REX: a transfer fee is at most 10,000 basis points.
    error FeeRateIsOutOfRange(address compliance, uint256 rate);

    /// @notice T-REX: the collector of transfer fees must be verified in the identity registry.
    error CollectorAddressIsNotVerified(address compliance, address collector);

    /// @notice T-REX: the country is allowed already.
    error CountryAlreadyAllowed(address compliance, uint16 country);

    /// @notice T-REX: the country is not allowed.
    error CountryNotAllowed(address compliance, uint16 country);

    /// @notice T-REX: no more limits fit in this module.
    error LimitsArraySizeExceeded(address compliance, uint256 arraySize);

    /// @notice T-REX: there is no limit for this time.
    error LimitTimeNotFound(address compliance, uint256 limitTime);

    /// @notice T-REX: the ONCHAINID is tagged as an exchange already.
    error ONCHAINIDAlreadyTaggedAsExchange(address exchangeID);

    /// @notice T-REX: the ONCHAINID is not tagged as an exchange.
    error ONCHAINIDNotTaggedAsExchange(address exchangeID);

    /// @notice T-REX: the investor has listed the token already.
    error TokenAlreadyListed(address token, address investor);

    /// @notice T-REX: the investor has not listed the token.
    error TokenIsNotListed(address token, address investor);

    /// @notice T-REX: the token's listing is set already and cannot change.
    error TokenAlreadyConfigured(address token);

    /// @notice T-REX: the token's listing is not set.
    error TokenIsNotConfigured(address token);

    /// @notice T-REX: the wallet has no identity in the token's registry.
    error IdentityNotFound(address token, address user);

    function topicsRegistry() external view returns (address);
    function issuersRegistry() external view returns (address);
    function getClaimTopics() external view returns (uint256[] memory);
    function getTrustedIssuersForClaimTopic(uint256 topic) external view returns (address[] memory);
    function getClaim(bytes32 claimId)
        external
        view
        returns (
            uint256 topic,
            uint256 scheme,
            address issuer,
            bytes memory signature,
            bytes memory data,
            string memory uri
        );
    function isClaimValid(address holder, uint256 topic, bytes calldata signature, bytes calldata data)
        external
        view
        returns (bool);

    function contains(address wallet) external view returns (bool);
    function isVerified(address wallet) external view returns (bool);
    function identity(address wallet) external view returns (address);

    function canTransfer(address from, address to, uint256 amount) external view returns (bool);
    function getModules() external view returns (address[] memory);
    function moduleCheck(address from, address to, uint256 amount, address asking) external view returns (bool);
    function name() external view returns (string memory);

    function compliance() external view returns (address);
    function identityRegistry() external view returns (address);
    function paused() external view returns (bool);
    function isFrozen(address wallet) external view returns (bool);
    function balanceOf(address wallet) external view returns (uint256);
    function getFrozenTokens(address wallet) external view returns (uint256);
}
