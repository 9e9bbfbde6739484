// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPayments} from "../interfaces/IPayments.sol";
import {IPayouts} from "../interfaces/IPayouts.sol";
import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {Account, Book, REINVESTS} from "./Book.sol";
import {Payment} from "./Payment.sol";
import {PayoutsStorage} from "./PayoutsStorage.sol";
import {ADMITTED_ONLY, CLOSED, PER_UNIT, REINVESTED, TAXED, Terms} from "./Terms.sol";
import {Withholding} from "./Withholding.sol";

/// @title Payouts office
/// @notice What is seldom done with payouts, and what holders say about theirs: see {IPayoutsOffice}.
/// @dev Code that {Payouts} runs on its own storage. Called at its own address it has no authority, hence no powers, and holds no money.
contract PayoutsOffice is PayoutsStorage, IPayoutsOffice {
    using SafeCast for uint256;

    constructor() AccessManaged(address(0)) {}

    /* Declaring */

    /// @inheritdoc IPayoutsOffice
    function declareWith(IPayouts.Declaration calldata declaration, Options calldata options)
        external
        payable
        restricted
        nonReentrant
        returns (uint256 payoutId)
    {
        if (options.paymentDate != 0 && options.paymentDate < declaration.recordDate) {
            revert InvalidPaymentDate(options.paymentDate);
        }
        payoutId = _enter(declaration, options.paymentDate);
        _enterOptions(_payouts[payoutId], declaration, options);
        emit PayoutOptions(payoutId, options);
        _start(payoutId, declaration);
    }

    function _enterOptions(Terms storage payout, IPayouts.Declaration calldata declaration, Options calldata options) private {
        if ((options.perUnit == 0) != (options.scale == 0)) revert InvalidScale(options.perUnit, options.scale);
        if (options.perUnit != 0) {
            (payout.perUnit, payout.scale) = (options.perUnit, options.scale);
            payout.switchOn(PER_UNIT);
        }
        if (options.rates.length + options.treaties.length != 0) {
            payout.table = Withholding.store(options.rates, options.treaties);
            payout.switchOn(TAXED);
        }
        if (options.admittedOnly) payout.switchOn(ADMITTED_ONLY);
        if (payout.flags & (TAXED | ADMITTED_ONLY) != 0) _requireFacts(declaration);
        _enterReinvestment(payout, options.reinvestment);
    }

    /// @dev Who sets a price could otherwise issue units at will.
    function _enterReinvestment(Terms storage payout, Reinvestment calldata offer) private {
        bool none = offer.price == 0 && offer.units == 0 && offer.until == 0 && offer.proceedsTo == address(0);
        if (none) return;
        bool lacks = offer.price == 0 || offer.units == 0 || offer.until == 0;
        if (lacks || offer.proceedsTo == address(0) || offer.proceedsTo == address(this)) revert InvalidReinvestment();
        IAccessManager manager = IAccessManager(IAccessManaged(payout.token).authority());
        (bool allowed,) = manager.canCall(msg.sender, payout.token, ISecurityToken.issue.selector);
        if (!allowed) revert NotAnIssuer(msg.sender);

        payout.reinvestment = offer;
        payout.switchOn(REINVESTED);
    }

    /// @dev A registry that does not answer now would hold up everybody later.
    function _requireFacts(IPayouts.Declaration calldata declaration) private view {
        Round memory round;
        (round.token, round.registry) = (declaration.token, _registryOf(declaration.token));
        (,, bytes memory refusal) = _assess(round, address(0), declaration.refundTo, 0);
        _refuse(refusal);
    }

    /// @inheritdoc IPayoutsOffice
    /// @dev Only what is lacking, and only until the payout is settled: shares do not depend on it, so late money favours nobody.
    function topUp(uint256 payoutId) external payable nonReentrant returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        // Whoever paid now would pay the issuer.
        if (block.timestamp >= payout.deadline) revert DeadlineHasCome(payout.deadline);
        amount = _missing(payout);
        if (amount == 0) revert NothingMissing(payoutId);

        payout.amount = (payout.amount + amount).toUint112();
        emit PayoutToppedUp(payoutId, msg.sender, amount);
        _settle(payoutId, payout);
        Payment.take(payout.asset, amount);
    }

    /* Saying where payments go */

    /// @inheritdoc IPayoutsOffice
    function setPayee(address token, address payee) external {
        if (payee == address(this)) revert IPayments.InvalidPayee(payee);

        Book storage book = _books[token];
        book.accounts[msg.sender].payee = payee;
        book.mark(msg.sender);
        emit PayeeSet(token, msg.sender, payee);
    }

    /// @inheritdoc IPayoutsOffice
    function setReinvestment(address token, bool on) external {
        Book storage book = _books[token];
        Account storage account = book.accounts[msg.sender];
        account.bits = uint96(on ? account.bits | REINVESTS : account.bits & ~REINVESTS); // Cannot truncate: one bit.
        book.mark(msg.sender);
        emit ReinvestmentSet(token, msg.sender, on);
    }

    /// @inheritdoc IPayoutsOffice
    function voidOrders() external {
        uint256 nonce = ++_nonces[msg.sender];
        emit OrdersVoided(msg.sender, nonce);
    }

    /* Reinvesting */

    /// @inheritdoc IPayoutsOffice
    function reinvest(uint256 payoutId, address owner, address payee, uint256 units, uint256 cost, uint256 rest)
        external
    {
        if (msg.sender != address(this)) revert OnlyItself();
        Terms storage payout = _payouts[payoutId];
        address asset = payout.asset;
        emit Reinvested(payoutId, owner, units, cost);

        ISecurityToken(payout.token).issue(owner, units, "Reinvestment", payout.documentHash);
        Payment.pay(asset, payout.reinvestment.proceedsTo, cost);
        if (rest != 0) Payment.pay(asset, payee, rest);
    }

    /* Tax, and closing */

    /// @inheritdoc IPayoutsOffice
    function withdrawWithheld(uint256 payoutId, address authority) external nonReentrant returns (uint256 amount) {
        Tax storage tax = _taxes[payoutId][authority];
        amount = tax.withheld - tax.withdrawn;
        if (amount == 0) revert NoTaxWithheld(payoutId, authority);

        tax.withdrawn = tax.withheld;
        emit TaxWithdrawn(payoutId, authority, amount);
        Payment.pay(_payouts[payoutId].asset, authority, amount);
    }

    /// @inheritdoc IPayoutsOffice
    function cancel(uint256 payoutId) external restricted nonReentrant returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        if (block.timestamp >= payout.recordDate) revert RecordDateHasCome(payout.recordDate);

        payout.switchOn(CLOSED);
        amount = payout.amount; // Nobody was paid: that takes the record date to have passed.
        emit PayoutCancelled(payoutId, payout.refundTo, amount);
        Payment.pay(payout.asset, payout.refundTo, amount);
    }

    /* Reading */

    /// @inheritdoc IPayoutsOffice
    function optionsOf(uint256 payoutId) external view returns (Options memory options) {
        Terms storage payout = _known(payoutId);
        options.paymentDate = payout.paymentDate;
        options.admittedOnly = payout.has(ADMITTED_ONLY);
        (options.perUnit, options.scale) = (payout.perUnit, payout.scale);
        (options.rates, options.treaties) = Withholding.unpack(payout.table);
        options.reinvestment = payout.reinvestment;
    }

    /// @inheritdoc IPayoutsOffice
    function quote(uint256 payoutId, address holder) external view returns (Quote memory) {
        Terms storage payout = _known(payoutId);
        if (block.timestamp < payout.recordDate) revert IPayouts.BeforeRecordDate(payout.recordDate);

        return _quote(payoutId, payout, holder);
    }

    /// @inheritdoc IPayoutsOffice
    function missingFrom(uint256 payoutId) external view returns (uint256 amount) {
        return _missing(_known(payoutId));
    }

    /// @inheritdoc IPayoutsOffice
    function taxOf(uint256 payoutId, address authority) external view returns (uint256 withheld, uint256 withdrawn) {
        Tax storage tax = _taxes[payoutId][authority];
        return (tax.withheld, tax.withdrawn);
    }

    /// @inheritdoc IPayoutsOffice
    function accountOf(address token, address owner) external view returns (address payee, bool reinvests) {
        return (_payeeOf(token, owner), _books[token].accounts[owner].bits & REINVESTS != 0);
    }

    /// @inheritdoc IPayoutsOffice
    function nonceOf(address claimant) external view returns (uint256) {
        return _nonces[claimant];
    }

    /// @inheritdoc IPayoutsOffice
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        // 0x0f: name, version, chainId, verifyingContract
        return (hex"0f", DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }
}
