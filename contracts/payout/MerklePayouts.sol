// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMerklePayouts} from "../interfaces/IMerklePayouts.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {Payment} from "./Payment.sol";

/// @title Merkle payouts
/// @notice Pays shares that stand in a published tree, each once, out of money that is here from the start.
/// @dev Whom it trusts. Who publishes, for the list: a wrong one is withdrawn by the compliance office during the challenge time; one that
/// promises more than there is pays who comes first, so its sum is to be checked then, too. The token, for who succeeded a lost wallet and who is
/// frozen. The asset, to debit exactly what it is told to. Neither office can direct money elsewhere or stop a claim once the payout is open.
/// @custom:invariant MRK-1 For each payout, amount = paid + left until what is left returns to the issuer, and then nothing more is paid.
/// @custom:invariant MRK-2 A share is paid at most once, only if it stands in the tree, and only to who owns its holder's rights or to that one's payee.
/// @custom:invariant MRK-3 Nobody is paid during the challenge time, nothing is withdrawn after it, nor reclaimed before the deadline.
contract MerklePayouts is IMerklePayouts, AccessManaged, ReentrancyGuardTransient {
    uint256 private constant MIN_PERIOD = 1 days;

    /// @dev A claim reads slots 0 to 2 and writes slot 2.
    struct Tree {
        // slot 0
        bytes32 root;
        // slot 1
        address asset;
        uint16 index; // of the record date
        uint48 opens;
        bool closed;
        // slot 2
        address token;
        uint96 left;
        // slot 3
        address refundTo;
        uint96 amount;
        // slot 4
        bytes32 listHash;
        // slot 5
        uint48 recordDate;
        uint48 deadline;
        mapping(uint256 word => uint256) paid; // a bit a leaf
    }

    uint64 private _count; // in the slot of the authority
    mapping(uint256 payoutId => Tree) private _trees;
    mapping(address token => mapping(address owner => address)) private _payees;

    constructor(address authority) AccessManaged(authority) {}

    /* Publishing */

    /// @inheritdoc IMerklePayouts
    function publish(Publication calldata publication)
        external
        payable
        restricted
        nonReentrant
        returns (uint256 payoutId)
    {
        _requireSound(publication);

        payoutId = ++_count;
        Tree storage tree = _trees[payoutId];
        (tree.root, tree.listHash) = (publication.root, publication.listHash);
        (tree.asset, tree.opens) = (publication.asset, publication.opens);
        tree.index = IRegister(publication.token).recordDateIndex(publication.recordDate);
        (tree.token, tree.left) = (publication.token, publication.amount);
        (tree.refundTo, tree.amount) = (publication.refundTo, publication.amount);
        (tree.recordDate, tree.deadline) = (publication.recordDate, publication.deadline);
        emit PayoutPublished(payoutId, publication.token, publication.asset, publication);

        Payment.take(publication.asset, publication.amount);
    }

    function _requireSound(Publication calldata publication) private view {
        if (publication.root == 0) revert EmptyTree();
        if (publication.amount == 0) revert NothingToPay();
        if (publication.refundTo == address(0)) revert ZeroAddress();
        address asset = publication.asset;
        if (asset != address(0) && asset.code.length == 0) revert InvalidContract(asset);
        Rights.requireRecordDate(publication.token, publication.recordDate);
        (uint48 opens, uint48 deadline) = (publication.opens, publication.deadline);
        bool tooShort = opens < block.timestamp + MIN_PERIOD || deadline < opens + MIN_PERIOD;
        if (tooShort) revert InvalidPeriod(opens, deadline);
    }

    /// @inheritdoc IMerklePayouts
    function withdraw(uint256 payoutId, string calldata reason)
        external
        restricted
        nonReentrant
        returns (uint256 amount)
    {
        Tree storage tree = _open(payoutId);
        if (block.timestamp >= tree.opens) revert ChallengeOver(tree.opens);

        amount = _close(tree);
        emit PayoutWithdrawn(payoutId, tree.refundTo, amount, reason);
        Payment.pay(tree.asset, tree.refundTo, amount);
    }

    /* Claiming */

    /// @inheritdoc IMerklePayouts
    function claim(uint256 payoutId, uint256 index, address holder, uint256 amount, bytes32[] calldata proof)
        external
        nonReentrant
    {
        _claim(payoutId, index, holder, amount, proof);
    }

    /// @inheritdoc IMerklePayouts
    function claimMany(Leaf[] calldata leaves) external nonReentrant {
        for (uint256 i; i < leaves.length; ++i) {
            Leaf calldata leaf = leaves[i];
            _claim(leaf.payoutId, leaf.index, leaf.holder, leaf.amount, leaf.proof);
        }
    }

    function _claim(uint256 payoutId, uint256 index, address holder, uint256 amount, bytes32[] calldata proof) private {
        Tree storage tree = _open(payoutId);
        if (block.timestamp < tree.opens) revert NotOpenYet(tree.opens);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, holder, amount))));
        if (!MerkleProof.verifyCalldata(proof, tree.root, leaf)) revert NotInTree(payoutId, index, holder, amount);
        _take(tree, payoutId, index, amount);

        (, address owner, bool frozen) = IRegister(tree.token).entitlement(holder, tree.index);
        if (frozen) revert HolderFrozen(owner);
        address payee = payeeOf(tree.token, owner);
        emit SharePaid(payoutId, index, holder, payee, amount);

        Payment.pay(tree.asset, payee, amount);
    }

    /// @dev Marks a share as paid and its amount as gone.
    function _take(Tree storage tree, uint256 payoutId, uint256 index, uint256 amount) private {
        uint256 word = tree.paid[index >> 8];
        uint256 bit = 1 << (index & 255);
        if (word & bit != 0) revert ShareAlreadyPaid(payoutId, index);
        uint96 left = tree.left;
        if (amount > left) revert TreeOverstated(payoutId, amount, left);

        tree.paid[index >> 8] = word | bit;
        tree.left = left - uint96(amount); // Cannot truncate: at most what is left.
    }

    /// @inheritdoc IMerklePayouts
    function setPayee(address token, address payee) external {
        if (payee == address(this)) revert InvalidPayee(payee);

        _payees[token][msg.sender] = payee;
        emit PayeeSet(token, msg.sender, payee);
    }

    /* Closing */

    /// @inheritdoc IMerklePayouts
    function reclaim(uint256 payoutId) external restricted nonReentrant returns (uint256 amount) {
        Tree storage tree = _open(payoutId);
        if (block.timestamp < tree.deadline) revert BeforeDeadline(tree.deadline);

        amount = _close(tree);
        emit PayoutClosed(payoutId, tree.refundTo, amount);
        if (amount != 0) Payment.pay(tree.asset, tree.refundTo, amount);
    }

    function _close(Tree storage tree) private returns (uint256 amount) {
        amount = tree.left;
        (tree.left, tree.closed) = (0, true);
    }

    /* Reading */

    /// @inheritdoc IMerklePayouts
    function payoutOf(uint256 payoutId) external view returns (MerklePayout memory) {
        Tree storage tree = _known(payoutId);
        return MerklePayout({
            publication: Publication({
                root: tree.root,
                token: tree.token,
                asset: tree.asset,
                amount: tree.amount,
                recordDate: tree.recordDate,
                opens: tree.opens,
                deadline: tree.deadline,
                refundTo: tree.refundTo,
                listHash: tree.listHash
            }),
            left: tree.left,
            closed: tree.closed
        });
    }

    /// @inheritdoc IMerklePayouts
    function isPaid(uint256 payoutId, uint256 index) external view returns (bool) {
        return _known(payoutId).paid[index >> 8] & (1 << (index & 255)) != 0;
    }

    /// @inheritdoc IMerklePayouts
    function payeeOf(address token, address owner) public view returns (address payee) {
        payee = _payees[token][owner];
        if (payee == address(0)) return owner;
    }

    /// @inheritdoc IMerklePayouts
    function payoutCount() external view returns (uint256) {
        return _count;
    }

    function _known(uint256 payoutId) private view returns (Tree storage tree) {
        tree = _trees[payoutId];
        if (tree.root == 0) revert UnknownPayout(payoutId);
    }

    function _open(uint256 payoutId) private view returns (Tree storage tree) {
        tree = _known(payoutId);
        if (tree.closed) revert PayoutIsClosed(payoutId);
    }
}
