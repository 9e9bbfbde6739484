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
/// frozen: asked at every claim where the publication says so, which costs a claim 12,000 gas more; elsewhere a recovery counts from {redirect}
/// on, so that whoever recovers a wallet calls it in the same transaction, and nobody is frozen. The asset, to debit exactly what it is told to.
/// Neither office can direct money elsewhere or stop a claim once the payout is open.
/// @custom:invariant MRK-1 For each payout, amount = paid + left until what is left returns to the issuer, and then nothing more is paid.
/// @custom:invariant MRK-2 A share is paid at most once, only if it stands in the tree, and only to its holder or what replaced it, or where that one's money goes.
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
        bool asksToken;
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

    /// @dev One slot.
    struct Account {
        address to; // where its money goes, or what replaced it; zero: itself
        bool replaced;
    }

    uint64 private _count; // in the slot of the authority
    mapping(uint256 payoutId => Tree) private _trees;
    mapping(address token => mapping(address holder => Account)) private _accounts;

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
        (tree.asset, tree.opens, tree.asksToken) = (publication.asset, publication.opens, publication.asksToken);
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
        if (publication.refundTo == address(this)) revert InvalidPayee(publication.refundTo);
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
        Tree storage tree = _trees[payoutId];
        bytes32 root = tree.root;
        if (root == 0) revert UnknownPayout(payoutId);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, holder, amount))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert NotInTree(payoutId, index, holder, amount);

        address asset = _requireOpen(payoutId, tree);
        _mark(tree, payoutId, index);
        address token = _spend(tree, payoutId, amount);
        address payee = payeeOf(token, tree.asksToken ? _ownerOf(token, tree.index, holder) : holder);
        // Its own share stays, for {reclaim}: nobody could ever get at it otherwise.
        if (payee == address(this)) revert InvalidPayee(payee);
        emit SharePaid(payoutId, index, holder, payee, amount);

        Payment.pay(asset, payee, amount);
    }

    function _requireOpen(uint256 payoutId, Tree storage tree) private view returns (address asset) {
        (address asset_, uint48 opens, bool closed) = (tree.asset, tree.opens, tree.closed);
        if (closed) revert PayoutIsClosed(payoutId);
        if (block.timestamp < opens) revert NotOpenYet(opens);
        return asset_;
    }

    function _mark(Tree storage tree, uint256 payoutId, uint256 index) private {
        uint256 word = tree.paid[index >> 8];
        uint256 bit = 1 << (index & 255);
        if (word & bit != 0) revert ShareAlreadyPaid(payoutId, index);
        tree.paid[index >> 8] = word | bit;
    }

    function _spend(Tree storage tree, uint256 payoutId, uint256 amount) private returns (address token) {
        uint96 left;
        (token, left) = (tree.token, tree.left);
        if (amount > left) revert TreeOverstated(payoutId, amount, left);
        tree.left = left - uint96(amount); // Cannot truncate: at most what is left.
    }

    function _ownerOf(address token, uint16 index, address holder) private view returns (address) {
        (, address owner, bool frozen) = IRegister(token).entitlement(holder, index);
        if (frozen) revert HolderFrozen(owner);
        return owner;
    }

    /// @inheritdoc IMerklePayouts
    function setPayee(address token, address payee) external {
        if (payee == address(this)) revert InvalidPayee(payee);
        Account storage account = _accounts[token][msg.sender];
        if (account.replaced) revert NotHolder(msg.sender, account.to);

        account.to = payee;
        emit PayeeSet(token, msg.sender, payee);
    }

    /// @inheritdoc IMerklePayouts
    /// @dev What the lost wallet had named no longer counts: its key may be in other hands.
    function redirect(address token, address lost, uint48 recordDate) external returns (address replacement) {
        Rights.requireRecordDate(token, recordDate);
        (, replacement,) = IRegister(token).entitlement(lost, IRegister(token).recordDateIndex(recordDate));
        if (replacement == lost) revert NotReplaced(token, lost);

        _accounts[token][lost] = Account({to: replacement, replaced: true});
        emit WalletRedirected(token, lost, replacement);
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
                listHash: tree.listHash,
                asksToken: tree.asksToken
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
    function payeeOf(address token, address holder) public view returns (address) {
        Account memory account = _accounts[token][holder];
        // Cannot loop for long: a replaced wallet is never a replacement again, and each step took a recovery.
        while (account.replaced) {
            holder = account.to;
            account = _accounts[token][holder];
        }
        return account.to == address(0) ? holder : account.to;
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
