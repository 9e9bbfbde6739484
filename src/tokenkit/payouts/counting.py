"""Payouts counted from the register: beforehand, afterwards, and beside what the contract says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tokenkit._contract import topic
from tokenkit.ledger import Difference, Distribution, Entitlement, preview, preview_per_unit, reinvest, split
from tokenkit.payouts import facts
from tokenkit.payouts.outcome import Outcome, outcome_of
from tokenkit.payouts.reading import PayoutsReading
from tokenkit.payouts.receipts import read_receipts
from tokenkit.payouts.values import Declaration, Options, Payout, Reconciliation, TaxKept

if TYPE_CHECKING:
    from tokenkit.ledger import Preview, Reinvestment
    from tokenkit.types import Address


class PayoutsCounting(PayoutsReading):
    """The figures of payouts, from the pure functions of :mod:`tokenkit.ledger`."""

    __slots__ = ()

    def preview(self, payout: int | Declaration) -> Preview:
        """Work out the whole distribution, per holder gross, tax and net, before anything is sent; nothing is asked of the contract but terms.

        Of a declaration, or of a declared payout by its number. Before the record date it is counted from the register of now, and before it
        is paid from the facts of now: either may change. What the contract pays is the same, to the last unit.

        Raises:
            NoHolders: nobody shares.
        """
        if isinstance(payout, Declaration):
            return self._forecast(payout.token, payout.amount, payout.record_date, payout.excluded, payout.options)
        state = self.payout(payout)
        return self._forecast(state.token, state.amount, state.record_date, self.excluded(payout), self.options(payout))

    def reinvestments(self, payout: int | Declaration) -> tuple[Reinvestment, ...]:
        """Work out who takes new units of a payout that offers them, how many, and what is left in money, as of now.

        Whether the units can be issued is seen when they are: who may not get them is paid in money.
        """
        forecast = self.preview(payout)
        if isinstance(payout, Declaration):
            token, record_date, offer = payout.token, payout.record_date, payout.options.offer
        else:
            state = self.payout(payout)
            token, record_date, offer = state.token, state.record_date, self.options(payout).offer
        if offer is None or self._chain.now() > offer.until:
            return reinvest(forecast, (), price=1)
        holders = [share.holder for share in forecast.shares]
        owner_of = facts.owners(self._chain, token, holders, record_date=record_date)
        answers = self._contract.read_many([("accountOf", (token, owner_of[each])) for each in holders])
        wanted = {holder for holder, (_, on) in zip(holders, answers, strict=True) if on}
        return reinvest(forecast, wanted, price=offer.price, per_units=offer.units)

    def needed(self, declaration: Declaration) -> int:
        """Return the amount to pay in with a declaration per unit, for the units that share as of now."""
        options = declaration.options
        if not options.per_unit:
            return declaration.amount
        units = sum(self._sharing(declaration.token, declaration.record_date, declaration.excluded).values())
        return options.per_unit * units // options.per_units

    def outcome(self, payout: int) -> Outcome:
        """Say what became of everybody's share: paid, kept and why, or open; with the tax that was kept, from the contract's events.

        Raises:
            NoHolders: nobody shares.
            BeforeRecordDate: it cannot be said yet.
        """
        forecast, state, options = self.preview(payout), self.payout(payout), self.options(payout)
        claims = self.claims(payout, [share.holder for share in forecast.shares])
        kept = {
            event.args["holder"]: TaxKept(authority=event.args["authority"], tax=event.args["tax"])
            for event in self._contract.events("TaxWithheld", topic(payout), from_block=self._from_block)
        }
        nets = {
            claim.holder: claim.amount - (kept[claim.holder].tax if claim.holder in kept else 0)
            for claim in claims
            if claim.paid
        }
        return outcome_of(
            state,
            forecast,
            options=options,
            claims=claims,
            payments=self.payments(payout),
            kept=kept,
            receipts=read_receipts(self._contract, state, nets, offer=options.offer, from_block=self._from_block),
            authorities=self.withheld(payout),
        )

    def reconcile(self, payout: int) -> Reconciliation:
        """Count a payout again from the register's events and compare every figure with the contract's.

        A holder whom a pushed page left out, and who has not shown it yet (:meth:`claim_omitted`), shows as a difference.

        Raises:
            NoHolders: nobody shares.
            BeforeRecordDate: it cannot be counted yet.
        """
        state, options = self.payout(payout), self.options(payout)
        distribution = _divided(state, options, self.sharing(payout))
        claims = self.claims(payout, [each.holder for each in distribution.entitlements])
        found = [("denominator", distribution.denominator, state.denominator)] if state.settled else []
        found += [
            (each.holder, each.amount, claim.amount)
            for each, claim in zip(distribution.entitlements, claims, strict=True)
        ]
        unclaimed = sum(claim.amount for claim in claims if not claim.paid)
        # funded = paid + withheld + unclaimed + dust, to the last unit; after the close the rest has left for the issuer.
        accounted = state.paid + state.withheld + unclaimed + distribution.dust
        found.append(("paid + withheld + unclaimed + dust", accounted, state.amount))
        for each in self.withheld(payout):
            counted = sum(
                event.args["tax"]
                for event in self._contract.events(
                    "TaxWithheld", topic(payout), None, topic(each.authority), from_block=self._from_block
                )
            )
            found.append((f"withheld for {each.authority}", counted, each.tax))
        differences = tuple(
            Difference(name=name, counted=ours, reported=theirs) for name, ours, theirs in found if ours != theirs
        )
        return Reconciliation(payout=state, distribution=distribution, unclaimed=unclaimed, differences=differences)

    def _forecast(
        self, token: Address, amount: int, record_date: int, excluded: tuple[Address, ...], options: Options
    ) -> Preview:
        register = self._sharing(token, record_date, excluded)
        owner_of = facts.owners(self._chain, token, list(register), record_date=record_date)
        known = facts.known(self._chain, token, owner_of)
        if not options.per_unit:
            return preview(amount, register, taxes=options.taxes, investors=known.investors, facts=known.facts)
        found = preview_per_unit(
            options.per_unit,
            register,
            per_units=options.per_units,
            taxes=options.taxes,
            investors=known.investors,
            facts=known.facts,
        )
        return replace(found, amount=max(amount, found.amount))


def _divided(state: Payout, options: Options, sharing: dict[Address, int]) -> Distribution:
    """Divide a payout's amount, or its price per unit, over those who share."""
    if not options.per_unit:
        return split(state.amount, sharing)
    shares = preview_per_unit(options.per_unit, sharing, per_units=options.per_units).shares
    return Distribution(
        total=state.amount,
        denominator=options.per_units,
        entitlements=tuple(Entitlement(holder=each.holder, units=each.units, amount=each.gross) for each in shares),
    )
