"""What became of a payout: everybody's share with the tax that was kept of it, and whether it was paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ledger import (
    PayoutTitle,
    Preview,
    Rate,
    Settlement,
    Share,
    TaxTable,
    holder_statement,
    payout_csv,
    payout_report,
    payout_rows,
    withheld,
)
from tokenkit.restrictions import not_admitted
from tokenkit.reverts import OwnerNotAdmitted
from tokenkit.types import format_units, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.errors import Reverted
    from tokenkit.payouts.values import Claim, NewUnits, Options, Payment, Payout, Receipt, TaxKept
    from tokenkit.types import Address


class Status(StrEnum):
    """What became of one share."""

    PUSHED = "paid"
    CLAIMED = "claimed"
    KEPT = "kept"
    """A push could not pay it; it can be claimed."""
    OPEN = "open"
    RETURNED = "returned"
    """It was not paid before the payout was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one holder's share stands."""

    share: Share
    """With the tax that was kept; while it waits, with that which would be kept now; of what was returned, with none."""
    status: Status
    receipt: Receipt | None = None
    """Of what was paid."""
    reason: str = ""
    """Why it was kept."""

    @property
    def words(self) -> str:
        """Write the status, with its reason if it has one."""
        return f"{self.status}: {self.reason}" if self.reason else self.status.value

    @property
    def paid(self) -> bool:
        """Whether it was paid, in money or with new units."""
        return self.status in (Status.PUSHED, Status.CLAIMED)

    @property
    def waits(self) -> bool:
        """Whether it can still be paid."""
        return self.status in (Status.OPEN, Status.KEPT)

    def settlement(self) -> Settlement:
        """Say it in figures."""
        share, receipt = self.share, self.receipt
        if not self.paid:
            waiting = share.gross if self.waits else 0
            return Settlement(
                status=self.words,
                expected_tax=share.tax if self.waits else 0,
                waiting=waiting,
                returned=share.gross - waiting,
            )
        issued = receipt.issued if receipt else None
        price = issued.cost if issued else 0
        return Settlement(
            status=self.words,
            withheld=share.tax,
            units=issued.units if issued else 0,
            price=price,
            paid=share.net - price,
            owner=receipt.owner if receipt else "",
            account=receipt.payee if receipt else "",
            transaction=receipt.transaction if receipt else "",
            at=receipt.at if receipt else None,
            note=_words(receipt.refusal) if receipt and receipt.refusal else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A payout as it stands, holder by holder."""

    payout: Payout
    options: Options
    distribution: Preview
    standings: Mapping[Address, Standing]
    authorities: tuple[TaxKept, ...] = ()
    """What was withheld for each authority so far, and what of it was withdrawn."""

    @property
    def issued(self) -> dict[Address, tuple[NewUnits, ...]]:
        """New units in place of money, by who got them: the holder, or the wallet that had replaced it."""
        found: dict[Address, tuple[NewUnits, ...]] = {}
        for standing in self.standings.values():
            receipt = standing.receipt
            if receipt is not None and receipt.issued is not None:
                found[receipt.owner] = (*found.get(receipt.owner, ()), receipt.issued)
        return found

    @property
    def settlements(self) -> dict[Address, Settlement]:
        """What became of each share, in figures, by holder."""
        return {holder: standing.settlement() for holder, standing in self.standings.items()}

    def title(
        self,
        *,
        issuer: str,
        share_class: str,
        name: str,
        symbol: str,
        decimals: int,
        unit_decimals: int,
        chain: int | None = None,
    ) -> PayoutTitle:
        """Say what the payout is called and paid in, for :meth:`rows`, :meth:`report` and :meth:`statement`."""
        document = self.payout.document_hash
        return PayoutTitle(
            issuer=issuer,
            share_class=share_class,
            name=name,
            symbol=symbol,
            decimals=decimals,
            unit_decimals=unit_decimals,
            record_date=self.payout.record_date,
            ex_date=self.options.ex_date,
            payment_date=self.options.payment_date,
            asset=self.payout.asset,
            chain=chain,
            reference=f"Payout {self.payout.id}" + (f", resolution 0x{document.hex()}" if any(document) else ""),
        )

    def rows(self, title: PayoutTitle, *, names: Mapping[str, str] | None = None) -> tuple[dict[str, str], ...]:
        """Write a row of texts for each holder; *names* are by investor."""
        return payout_rows(self.distribution, title, names=names, settled=self.settlements)

    def csv(self, title: PayoutTitle, *, names: Mapping[str, str] | None = None) -> str:
        """Write the report as CSV."""
        return payout_csv(self.rows(title, names=names))

    def report(self, title: PayoutTitle, *, names: Mapping[str, str] | None = None) -> dict[str, object]:
        """Return the report as one JSON value: totals, by authority, by country, holders, and how many of which status."""
        counts = {
            status.value: sum(standing.status is status for standing in self.standings.values()) for status in Status
        }
        issued = [
            {
                "owner": owner,
                "units": format_units(sum(each.units for each in taken), title.unit_decimals),
                "price": format_units(sum(each.cost for each in taken), title.decimals),
            }
            for owner, taken in self.issued.items()
        ]
        accounts = [
            {
                "authority": each.authority,
                "withheld": format_units(each.tax, title.decimals),
                "withdrawn": format_units(each.withdrawn, title.decimals),
                "here": format_units(each.tax - each.withdrawn, title.decimals),
            }
            for each in self.authorities
        ]
        report = payout_report(self.distribution, title, self.rows(title, names=names), settled=self.settlements)
        return {**report, "tax_accounts": accounts, "statuses": counts, "reinvested": issued}

    def statement(self, title: PayoutTitle, holder: str, *, name: str = "") -> str:
        """Write one holder's statement in Markdown.

        Raises:
            InvalidInput: it has no share.
        """
        account = parse_address(holder)
        standing = self.standings.get(account)
        settled = standing.settlement() if standing else None
        return holder_statement(self.distribution, title, account, name=name, settled=settled)


def outcome_of(
    payout: Payout,
    forecast: Preview,
    *,
    options: Options,
    claims: Sequence[Claim],
    payments: Sequence[Payment],
    kept: Mapping[Address, TaxKept],
    receipts: Mapping[Address, Receipt],
    authorities: tuple[TaxKept, ...],
) -> Outcome:
    """Put together what the contract's events and answers say of each share of *forecast*."""
    claimed = {each.holder for each in payments if not each.failed}
    failed = {each.holder: each for each in payments if each.failed}
    standings: dict[Address, Standing] = {}
    for share, claim in zip(forecast.shares, claims, strict=True):
        holder = share.holder
        if holder != claim.holder:
            raise InvalidInput("Claims and shares are not in the same order.")
        if claim.paid:
            standings[holder] = Standing(
                share=_with_tax(share, options.taxes, kept.get(holder)),
                status=Status.CLAIMED if holder in claimed else Status.PUSHED,
                receipt=receipts.get(holder),
            )
        elif payout.closed:
            standings[holder] = _unpaid(replace(share, tax=0, rate=None), Status.RETURNED, failed.get(holder))
        else:
            standings[holder] = _unpaid(share, Status.KEPT if holder in failed else Status.OPEN, failed.get(holder))
    return Outcome(
        payout=payout,
        options=options,
        distribution=replace(forecast, shares=tuple(standing.share for standing in standings.values())),
        standings=standings,
        authorities=authorities,
    )


def _unpaid(share: Share, status: Status, failed: Payment | None) -> Standing:
    return Standing(share=share, status=status, reason=_words(failed.reason) if failed and failed.reason else "")


def _words(refusal: Reverted) -> str:
    if isinstance(refusal, OwnerNotAdmitted):
        return f"{refusal.owner} is not admitted: {not_admitted(refusal.code)}."
    return refusal.sentence


def _with_tax(share: Share, taxes: TaxTable, kept: TaxKept | None) -> Share:
    """Write into a paid share what was kept of it, and by which rate; facts may have changed since."""
    if kept is None:
        rate = share.rate if share.tax == 0 else None
        return replace(share, tax=0, rate=rate)
    treaty = taxes.treaties.get(share.holder)
    possible = [share.rate] if share.rate else []
    possible += [
        Rate(
            ppm=row.rate.ppm if treaty is None else treaty,
            authority=row.rate.authority,
            treaty=treaty is not None,
        )
        for row in taxes.rows
    ]
    rate = next(
        (
            each
            for each in possible
            if parse_address(each.authority) == kept.authority and withheld(share.gross, each) == kept.tax
        ),
        None,
    )
    if rate is None:
        raise InvalidInput(
            f"The contract kept {kept.tax} of the share of {share.holder} for {kept.authority}, which no rate of the payout explains."
        )
    return replace(share, tax=kept.tax, rate=rate)
