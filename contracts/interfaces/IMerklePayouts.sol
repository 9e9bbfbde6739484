// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayments} from "./IPayments.sol";

/// @title Merkle payouts
/// @notice Payments to very many holders, computed off the chain and published as the root of a tree.
/// @dev Leaves and proofs are those of `@openzeppelin/merkle-tree`, StandardMerkleTree of ["uint256", "address", "uint256"]: position, holder, amount.
/// Whoever has the list can check every leaf during the challenge time; the compliance office withdraws what is wrong.
interface IMerklePayouts is IPayments {
    /// @notice How a payout is published.
    struct Publication {
        bytes32 root;
        address token; // share class: says who replaced a lost wallet, and who is frozen
        address asset; // ERC-20 it is paid in; zero: the native coin
        uint96 amount; // in the asset's smallest unit: no less than the sum of the leaves
        uint48 recordDate; // of the token; has passed
        uint48 opens; // unix seconds; until then it can be withdrawn, and nobody is paid
        uint48 deadline; // afterwards the rest returns to the issuer
        address refundTo; // who gets the rest
        bytes32 listHash; // of the published list of leaves
        bool asksToken; // each claim asks the token who replaced the holder and who is frozen; else only {redirect} counts
    }

    /// @notice A share and the proof that it was published.
    struct Leaf {
        uint256 payoutId;
        uint256 index; // of the leaf in the list, from 0 on
        address holder;
        uint256 amount;
        bytes32[] proof;
    }

    /// @notice A payout as it stands.
    struct MerklePayout {
        Publication publication;
        uint96 left; // neither paid nor returned
        bool closed; // withdrawn or reclaimed
    }

    /// @notice A payout was published and funded.
    event PayoutPublished(uint256 indexed payoutId, address indexed token, address indexed asset, Publication publication);

    /// @notice A holder's share was paid; `payee` differs from `holder` after a recovery or if another was registered.
    event SharePaid(uint256 indexed payoutId, uint256 index, address indexed holder, address payee, uint256 amount);

    /// @notice The payout was withdrawn during the challenge time, and all of it returned to the issuer.
    event PayoutWithdrawn(uint256 indexed payoutId, address refundTo, uint256 amount, string reason);

    /// @notice The rest was returned to the issuer.
    event PayoutClosed(uint256 indexed payoutId, address refundTo, uint256 amount);

    /// @notice Payments to a holder of this class go to this account from now on; zero: to itself.
    event PayeeSet(address indexed token, address indexed owner, address payee);

    /// @notice Shares of this wallet belong to the wallet that replaced it from now on.
    event WalletRedirected(address indexed token, address indexed lost, address indexed replacement);

    /// @notice A tree needs a root.
    error EmptyTree();

    /// @notice The challenge time must last at least a day, and the deadline lie at least a day after it.
    error InvalidPeriod(uint48 opens, uint48 deadline);

    /// @notice The challenge time is not over yet.
    error NotOpenYet(uint48 opens);

    /// @notice The challenge time is over; the payout can no longer be withdrawn.
    error ChallengeOver(uint48 opens);

    /// @notice The share is not in the tree that was published.
    error NotInTree(uint256 payoutId, uint256 index, address holder, uint256 amount);

    /// @notice The share was paid already.
    error ShareAlreadyPaid(uint256 payoutId, uint256 index);

    /// @notice The leaves add up to more than the payout's money.
    error TreeOverstated(uint256 payoutId, uint256 share, uint256 left);

    /// @notice The token does not say that this wallet was replaced.
    error NotReplaced(address token, address wallet);

    /// @notice Publishes a payout and takes its amount from the caller.
    /// @dev Power: paying agent.
    function publish(Publication calldata publication) external payable returns (uint256 payoutId);

    /// @notice Withdraws a payout whose tree is wrong, during its challenge time, and returns all of it to the issuer.
    /// @dev Power: compliance officer.
    function withdraw(uint256 payoutId, string calldata reason) external returns (uint256 amount);

    /// @notice Pays a share to its holder, to the wallet that replaced it, or to where its money goes. Anyone may.
    function claim(uint256 payoutId, uint256 index, address holder, uint256 amount, bytes32[] calldata proof) external;

    /// @notice The same for many shares; all or none.
    function claimMany(Leaf[] calldata leaves) external;

    /// @notice Names the account that the caller's payments of a class go to; zero: to itself.
    function setPayee(address token, address payee) external;

    /// @notice Notes who replaced a lost wallet, as the token says. Anyone may; best in the transaction of the recovery.
    /// @param recordDate Any of the token's that has passed.
    function redirect(address token, address lost, uint48 recordDate) external returns (address replacement);

    /// @notice Returns what was not paid to the issuer after the deadline.
    /// @dev Power: paying agent.
    function reclaim(uint256 payoutId) external returns (uint256 amount);

    /// @notice A payout as it stands.
    function payoutOf(uint256 payoutId) external view returns (MerklePayout memory);

    /// @notice Whether a share was paid.
    function isPaid(uint256 payoutId, uint256 index) external view returns (bool);

    /// @notice Where the payments of a holder go: to itself, to what it named, or to what the wallet that replaced it named.
    function payeeOf(address token, address holder) external view returns (address);

    /// @notice How many payouts were published; ids are 1 … count.
    function payoutCount() external view returns (uint256);
}
