// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What payouts, meetings and rulebooks ask of a token
interface IRegister {
    /// @notice There is no such record date, or it has not come yet.
    error UnknownRecordDate(uint48 recordDate);

    /// @notice Units of a wallet.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Units in issue.
    function totalSupply() external view returns (uint256);

    /// @notice The index of a record date that has passed. Indices of passed record dates never change.
    /// @param recordDate Unix seconds.
    function recordDateIndex(uint48 recordDate) external view returns (uint16 index);

    /// @notice Whether a record date is scheduled, passed or not.
    function isRecordDate(uint48 recordDate) external view returns (bool);

    /// @notice What a wallet held at a passed record date, who exercises its rights now, and whether it is frozen.
    /// @return units Units held before the record date; frozen and locked units count.
    /// @return holder The wallet itself, or the wallet that replaced it in a recovery.
    /// @return frozen Whether `holder` is frozen.
    function entitlement(address account, uint16 index)
        external
        view
        returns (uint256 units, address holder, bool frozen);

    /// @notice Units in issue at a passed record date.
    function supplyAt(uint16 index) external view returns (uint256 units);

    /// @notice Units of an investor: all wallets of the registry's investor this wallet belongs to.
    function heldByInvestor(address account) external view returns (uint256 units);
}

/// @title SecurityToken
/// @notice One share class of an issuer: an ERC-20 whose every movement obeys terms and rules, with record dates.
/// @dev Rights of office holders come from an OpenZeppelin AccessManager, per function. Whom it trusts: the authority, the registry
/// (says who is admitted and on what facts) and the rulebook (says what may move). Neither can move units.
interface ISecurityToken is IRegister {
    /// @notice How a token is set up.
    struct Setup {
        string name;
        string symbol;
        uint8 decimals; // 0 … 18
        address authority; // AccessManager
        address onchainID; // zero: none
    }

    /// @notice An office holder acted, for this reason and on this document.
    event Justified(
        address indexed operator, bytes4 indexed action, address indexed account, string reason, bytes32 documentHash
    );

    /// @notice Holdings will count at this time.
    event RecordDateScheduled(uint48 indexed recordDate);

    /// @notice A lost wallet's rights passed to another wallet of the same investor.
    event WalletSucceeded(address indexed lost, address indexed replacement);

    /// @notice A transfer restriction refuses this movement.
    /// @param code See {Restriction}.
    /// @param account Whom the restriction is about.
    /// @param limit What is allowed.
    /// @param actual What was asked for.
    error TransferRestricted(uint8 code, address account, uint256 limit, uint256 actual);

    /// @notice A forced transfer needs two different wallets.
    error ForcedToSelf(address account);

    /// @notice The wallet cannot be recovered into that wallet.
    error InvalidRecovery(address lost, address replacement);

    /// @notice At most 18 decimals.
    error InvalidDecimals(uint8 decimals);

    /// @notice The office is not a contract.
    error InvalidOffice(address office);

    /// @notice The name of a token cannot be empty.
    error EmptyName();

    /// @notice The arrays differ in length.
    error LengthMismatch(uint256 expected, uint256 actual);

    /// @notice A record date must lie ahead and cannot be scheduled twice.
    error InvalidRecordDate(uint48 recordDate);

    /// @notice At most `limit` record dates may lie ahead.
    error TooManyRecordDates(uint256 limit);

    /// @notice The permit's deadline has passed.
    error ERC2612ExpiredSignature(uint256 deadline);

    /// @notice The permit was not signed by the owner.
    error ERC2612InvalidSigner(address owner);

    /// @notice The contract that answers what this one does not: {ITokenOffice}.
    function office() external view returns (address);

    /// @notice Sets up a token behind a proxy; once. Nobody is admitted before `setIdentityRegistry`.
    function initialize(Setup calldata setup) external;

    /// @notice Issues units.
    /// @dev Power: issuer. The receiver must be admitted and the rules must allow it; a pause does not stop it.
    function issue(address to, uint256 units, string calldata reason, bytes32 documentHash) external;

    /// @notice Issues units to many, for one reason.
    /// @dev Power: issuer.
    function issueBatch(address[] calldata to, uint256[] calldata units, string calldata reason, bytes32 documentHash)
        external;

    /// @notice Retires units. Frozen units are released as far as needed.
    /// @dev Power: issuer. Neither a pause nor a lapsed admission stops it.
    function redeem(address from, uint256 units, string calldata reason, bytes32 documentHash) external;

    /// @notice Moves units by order. Frozen units are released as far as needed; the receiver must be admitted.
    /// @dev Power: enforcement.
    function forceTransfer(address from, address to, uint256 units, string calldata reason, bytes32 documentHash)
        external;

    /// @notice Moves everything a lost wallet has, and its rights at past record dates, to another wallet of the same investor.
    /// @dev Power: enforcement. The registry retires the lost wallet; repeat it in each token of the issuer.
    function recover(
        address lost,
        address replacement,
        address identity,
        string calldata reason,
        bytes32 documentHash
    ) external;

    /// @notice Schedules a record date: what is held before this second counts.
    /// @dev Power: issuer. At most 64 may lie ahead.
    function scheduleRecordDate(uint48 recordDate) external;

    /// @notice All record dates, ascending.
    function recordDates() external view returns (uint40[] memory);

    /// @notice What a wallet held at a passed record date.
    function balanceOfAt(address account, uint48 recordDate) external view returns (uint256);

    /// @notice Units in issue at a passed record date.
    function totalSupplyAt(uint48 recordDate) external view returns (uint256);
}
