"""What the payouts contract answers, and what its events say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit import events
from tokenkit._contract import Contract, topic
from tokenkit.chain import decode as decode_revert
from tokenkit.ledger import Rate, TaxRow, TaxTable
from tokenkit.payouts.funding import Funded
from tokenkit.payouts.values import (
    Account,
    Claim,
    Offer,
    Options,
    Payment,
    Payout,
    Quote,
    TaxKept,
    numbered,
    position,
)
from tokenkit.reverts import BeforeRecordDate
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain


class PayoutsReading(Funded):
    """The questions that the payouts contract of one issuer answers; :class:`~tokenkit.payouts.Payouts` has the verbs, too."""

    __slots__ = ()

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        super().__init__(chain, Contract(chain, address, "Payouts", "PayoutsOffice"), from_block=from_block)

    def account(self, token: str, owner: str) -> Account:
        """Return what an owner of units of a class said about its payments."""
        holder = parse_address(owner)
        payee, reinvests = self._contract.read("accountOf", parse_address(token), holder)
        return Account(owner=holder, payee=payee, reinvests=reinvests)

    def payout(self, payout: int) -> Payout:
        """Return a payout as it stands.

        Raises:
            UnknownPayout: there is none of this id.
        """
        raw = self._contract.read("payoutOf", numbered(payout))
        return Payout(
            id=payout,
            token=raw["token"],
            asset=raw["asset"],
            refund_to=raw["refundTo"],
            record_date=raw["recordDate"],
            deadline=raw["deadline"],
            settled=raw["settled"],
            closed=raw["closed"],
            amount=raw["amount"],
            paid=raw["paid"],
            denominator=raw["denominator"],
            cursor=raw["cursor"],
            pages=raw["pages"],
            document_hash=raw["documentHash"],
            withheld=raw["withheld"],
        )

    def options(self, payout: int) -> Options:
        """Return the options that a payout was declared with."""
        raw, offer = self._contract.read("optionsOf", numbered(payout)), None
        if raw["reinvestment"]["price"]:
            terms = raw["reinvestment"]
            offer = Offer(
                price=terms["price"], units=terms["units"], until=terms["until"], proceeds_to=terms["proceedsTo"]
            )
        declared = self._contract.events("PayoutOptions", topic(payout), from_block=self._from_block)
        ex_date = next((event.args["options"]["exDate"] for event in declared), 0)
        rows = tuple(
            TaxRow(
                rate=Rate(ppm=each["ppm"], authority=each["authority"]),
                country=each["country"],
                claims_mask=each["mask"],
                claims_match=each["claims"],
            )
            for each in raw["rates"]
        )
        return Options(
            ex_date=ex_date or None,
            payment_date=raw["paymentDate"] or None,
            admitted_only=raw["admittedOnly"],
            per_unit=raw["perUnit"],
            per_units=raw["scale"],
            taxes=TaxTable(rows=rows, treaties={each["holder"]: each["ppm"] for each in raw["treaties"]}),
            offer=offer,
        )

    def missing(self, payout: int) -> int:
        """Return what a payout per unit lacks; zero unless its record date has passed."""
        amount: int = self._contract.read("missingFrom", numbered(payout))
        return amount

    def withheld(self, payout: int) -> tuple[TaxKept, ...]:
        """Return the tax kept so far for each authority of the payout's table, and how much of it was withdrawn."""
        authorities = list(dict.fromkeys(row.rate.authority for row in self.options(payout).taxes.rows))
        answers = self._contract.read_many([("taxOf", (payout, each)) for each in authorities])
        return tuple(
            TaxKept(authority=parse_address(each), tax=tax, withdrawn=withdrawn)
            for each, (tax, withdrawn) in zip(authorities, answers, strict=True)
        )

    def quotes(self, payout: int, holders: Iterable[str]) -> tuple[Quote, ...]:
        """Ask the contract what each wallet would get: its share, the tax kept of it now, where it goes, and what stands in the way.

        Raises:
            BeforeRecordDate: it cannot be said yet.
        """
        accounts = [parse_address(holder) for holder in holders]
        answers = self._contract.read_many([("quote", (numbered(payout), account)) for account in accounts])
        return tuple(
            Quote(
                payout=payout,
                holder=account,
                owner=raw["owner"],
                payee=raw["payee"],
                share=raw["share"],
                tax=raw["tax"],
                authority=raw["authority"] if raw["authority"] != ZERO_ADDRESS else None,
                refusal=decode_revert(raw["refusal"], self.address) if raw["refusal"] else None,
            )
            for account, raw in zip(accounts, answers, strict=True)
        )

    def payouts(self) -> tuple[Payout, ...]:
        """Return all payouts, the first declared first."""
        return tuple(self.payout(number) for number in range(1, self._contract.read("payoutCount") + 1))

    def claimable(self, payout: int, holder: str) -> Claim:
        """Return what a wallet has coming from a payout."""
        return self.claims(payout, [holder])[0]

    def claims(self, payout: int, holders: Iterable[str]) -> tuple[Claim, ...]:
        """Return what each wallet has coming from a payout, in one go."""
        accounts = [parse_address(holder) for holder in holders]
        getters = ("entitlementOf", "dueTo", "isPaid")
        calls = [(getter, (numbered(payout), account)) for account in accounts for getter in getters]
        answers = self._contract.read_many(calls)
        rows = zip(accounts, answers[::3], answers[1::3], answers[2::3], strict=True)
        return tuple(
            Claim(payout=payout, holder=account, amount=amount, due=due, paid=paid)
            for account, amount, due, paid in rows
        )

    def excluded(self, payout: int) -> tuple[Address, ...]:
        """Return the wallets that get nothing, as declared."""
        for event in self._contract.events("PayoutDeclared", topic(numbered(payout)), from_block=self._from_block):
            return tuple(event.args["excluded"])
        return ()

    def sharing(self, payout: int) -> dict[Address, int]:
        """Return the units of everybody who shares in a payout, ascending, from the register's events."""
        state = self.payout(payout)
        return self._sharing(state.token, state.record_date, self.excluded(payout))

    def due_holders(self, payout: int) -> tuple[Address, ...]:
        """Return everybody who shares, in ascending order, as pages are pushed.

        Raises:
            BeforeRecordDate: it cannot be said yet.
        """
        state = self.payout(payout)
        if self._chain.now() < state.record_date:
            raise BeforeRecordDate(state.record_date)
        return tuple(self.sharing(payout))

    def payments(self, payout: int) -> tuple[Payment, ...]:
        """Return the claims paid one by one, less tax, and the payments that failed, before tax; pages pushed are not in it."""
        which = topic(numbered(payout))
        paid = [
            Payment(holder=each.args["holder"], payee=each.args["payee"], amount=each.args["amount"], failed=False)
            for each in self._contract.events("PayoutClaimed", which, from_block=self._from_block)
        ]
        failed = [
            Payment(
                holder=each.args["holder"],
                payee=each.args["holder"],
                amount=each.args["amount"],
                failed=True,
                reason=decode_revert(each.args["reason"], self.address),
            )
            for each in self._contract.events("PayoutFailed", which, from_block=self._from_block)
        ]
        return (*paid, *failed)

    def _sharing(self, token: Address, record_date: int, excluded: Iterable[Address]) -> dict[Address, int]:
        passed = record_date if self._chain.now() >= record_date else None
        register, out = (
            events.register(self._chain, token, record_date=passed, from_block=self._from_block),
            set(excluded),
        )
        return {holder: register.units[holder] for holder in sorted(register.units, key=position) if holder not in out}
