// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayouts} from "../interfaces/IPayouts.sol";
import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";
import {REINVESTS, Status} from "./Book.sol";
import {Payment} from "./Payment.sol";
import {PayoutsStorage} from "./PayoutsStorage.sol";
import {ADMITTED_ONLY, REINVESTED, TAXED, Terms, bitOf} from "./Terms.sol";

/// @title Paying
/// @notice How a share that is due is paid, whoever asks: tax first, then new units where they are wanted, then money.
abstract contract Paying is IPayouts, PayoutsStorage {
    /// @dev What an issue of new units under eight common rules of their own and two payments may take, and what must be left to attempt it
    /// (EIP-150 keeps a 64th). Always the same, so that the gas a sender gives changes nothing.
    uint256 private constant REINVEST_GAS = 1_500_000;
    uint256 private constant REINVEST_GAS_LEFT = 1_530_000 + Payment.GAS_LEFT;

    /// @dev No more than the amount ever leaves, whatever the token says.
    /// @param payee The holder's own; zero: itself.
    function _pay(Round memory round, address holder, address owner, address payee, uint256 share)
        internal
        returns (uint256 amount)
    {
        _spend(round.payoutId, holder, share);
        if (owner != holder) payee = _payeeOf(round.token, owner);
        else if (payee == address(0)) payee = owner;

        amount = share;
        if (round.flags & (TAXED | ADMITTED_ONLY) != 0) {
            (uint256 tax, address authority, bytes memory refusal) = _assess(round, holder, owner, share);
            _refuse(refusal);
            if (tax != 0) _withhold(round, holder, authority, share, tax);
            amount -= tax;
        }
        emit PayoutClaimed(round.payoutId, holder, payee, amount);

        bool paid = amount == 0 || (round.flags & REINVESTED != 0 && _reinvested(round, owner, payee, amount));
        if (!paid) Payment.pay(round.asset, payee, amount);
    }

    function _spend(uint256 payoutId, address holder, uint256 share) private {
        Terms storage payout = _payouts[payoutId];
        (uint112 amount, uint112 spent, uint32 claimants) = (payout.amount, payout.spent, payout.claimants);
        if (share > amount - spent) revert RegisterOverstated(payoutId, share, amount - spent);

        // Cannot truncate: at most what is left.
        (payout.spent, payout.claimants) = (spent + uint112(share), claimants | bitOf(holder));
    }

    /// @dev Pays a share less tax, or keeps it and notes why.
    function _tryPay(Round memory round, address holder, address owner, uint256 share, bool frozen)
        internal
        returns (bool paid, uint256 net)
    {
        if (frozen) return _keep(round, holder, share, abi.encodeWithSelector(HolderFrozen.selector, owner));
        if (owner == address(this)) return _keep(round, holder, share, abi.encodeWithSelector(InvalidPayee.selector, owner));
        uint256 tax;
        address authority;
        if (round.flags & (TAXED | ADMITTED_ONLY) != 0) {
            bytes memory refusal;
            (tax, authority, refusal) = _assess(round, holder, owner, share);
            if (refusal.length != 0) return _keep(round, holder, share, refusal);
        }

        net = share - tax;
        address payee = _payeeOf(round.token, owner);
        paid = net == 0 || (round.flags & REINVESTED != 0 && _reinvested(round, owner, payee, net));
        if (!paid && !Payment.tryPay(round.asset, payee, net)) return _keep(round, holder, share, Payment.reason());
        if (tax != 0) _withhold(round, holder, authority, share, tax);
        return (true, net);
    }

    /// @dev Only for what is paid. Cannot overflow: the sum of all shares is at most the amount.
    function _withhold(Round memory round, address holder, address authority, uint256 share, uint256 tax) private {
        _payouts[round.payoutId].withheld += uint112(tax);
        _taxes[round.payoutId][authority].withheld += uint112(tax);
        emit TaxWithheld(round.payoutId, holder, authority, share, tax);
    }

    /// @dev Whether the payment was made, in part with new units: the owner asked for them and the token's terms and rules allow it.
    /// Whatever fails on the way is undone, and all of it is to be paid as money.
    function _reinvested(Round memory round, address owner, address payee, uint256 amount) private returns (bool) {
        if (_books[round.token].accounts[owner].bits & REINVESTS == 0) return false;
        IPayoutsOffice.Reinvestment memory offer = _payouts[round.payoutId].reinvestment;
        if (block.timestamp > offer.until) return false;
        uint256 units = amount * offer.units / offer.price; // 112 and 96 bits: exact
        if (units == 0) return false;
        if (gasleft() < REINVEST_GAS_LEFT) revert Payment.InsufficientGas(REINVEST_GAS_LEFT, gasleft());

        uint256 cost = (units * offer.price + offer.units - 1) / offer.units; // rounds up, to the amount at most
        bytes memory order = abi.encodeCall(
            IPayoutsOffice.reinvest, (round.payoutId, owner, payee, units, cost, amount - cost)
        );
        (bool done,) = address(this).call{gas: REINVEST_GAS}(order);
        if (!done) emit IPayoutsOffice.NotReinvested(round.payoutId, owner, Payment.reason());
        return done;
    }

    function _keep(Round memory round, address holder, uint256 share, bytes memory reason)
        internal
        returns (bool, uint256)
    {
        _books[round.token].setStatus(holder, round.payoutId, Status.Owed);
        emit PayoutFailed(round.payoutId, holder, share, reason);
        return (false, 0);
    }
}
