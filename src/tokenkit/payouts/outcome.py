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
    Share,
    TaxTable,
    holder_statement,
    payout_csv,
    payout_report,
    payout_rows,
    withheld,
)
from tokenkit.ledger.statements import cell
from tokenkit.types import format_units, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.payouts.values import Claim, NewUnits, Payment, Payout, TaxKept
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
    """With the tax that was kept; of what is not paid yet, with that which would be kept now."""
    status: Status
    payee: Address | None = None
    """Where a claim went."""
    reason: str = ""
    """Why it was kept."""

    @property
    def words(self) -> str:
        """Write the status, with its reason if it has one."""
        return f"{self.status}: {self.reason}" if self.reason else self.status.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A payout as it stands, holder by holder."""

    payout: Payout
    distribution: Preview
    standings: Mapping[Address, Standing]
    issued: Mapping[Address, tuple[NewUnits, ...]]
    """New units in place of money, by who got them: the holder, or the wallet that replaced it."""

    def title(
        self,
        *,
        issuer: str,
        share_class: str,
        name: str,
        symbol: str,
        decimals: int,
        unit_decimals: int,
        payment_date: int | None = None,
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
            payment_date=payment_date,
            reference=f"Payout {self.payout.id}" + (f", resolution 0x{document.hex()}" if any(document) else ""),
        )

    def rows(self, title: PayoutTitle, *, names: Mapping[str, str] | None = None) -> tuple[dict[str, str], ...]:
        """Write a row of texts for each holder; *names* are by investor."""
        status = {holder: standing.words for holder, standing in self.standings.items()}
        return payout_rows(self.distribution, title, names=names, status=status)

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
        report = payout_report(self.distribution, title, self.rows(title, names=names))
        return {**report, "statuses": counts, "reinvested": issued}

    def statement(self, title: PayoutTitle, holder: str, *, name: str = "") -> str:
        """Write one holder's statement in Markdown.

        Raises:
            InvalidInput: it has no share.
        """
        account = parse_address(holder)
        text = holder_statement(self.distribution, title, account, name=name)
        for taken in self.issued.get(account, ()):
            units, price = format_units(taken.units, title.unit_decimals), format_units(taken.cost, title.decimals)
            text += f"| New units in place of money | {units} for {price} {cell(title.symbol)} |\n"
        return f"{text}| Status | {cell(self.standings[account].words)} |\n"


def outcome_of(
    payout: Payout,
    forecast: Preview,
    *,
    taxes: TaxTable,
    claims: Sequence[Claim],
    payments: Sequence[Payment],
    kept: Mapping[Address, TaxKept],
    issued: Mapping[Address, Sequence[NewUnits]],
) -> Outcome:
    """Put together what the contract's events and answers say of each share of *forecast*."""
    claimed = {each.holder: each for each in payments if not each.failed}
    failed = {each.holder: each for each in payments if each.failed}
    standings: dict[Address, Standing] = {}
    for share, claim in zip(forecast.shares, claims, strict=True):
        if share.holder != claim.holder:
            raise InvalidInput("Claims and shares are not in the same order.")
        actual = _with_tax(share, taxes, kept.get(share.holder)) if claim.paid else share
        standings[share.holder] = _standing(payout, actual, claim, claimed.get(share.holder), failed.get(share.holder))
    shares = tuple(standing.share for standing in standings.values())
    return Outcome(
        payout=payout,
        distribution=replace(forecast, shares=shares),
        standings=standings,
        issued={owner: tuple(units) for owner, units in issued.items()},
    )


def _standing(payout: Payout, share: Share, claim: Claim, claimed: Payment | None, failed: Payment | None) -> Standing:
    if claimed is not None:
        return Standing(share=share, status=Status.CLAIMED, payee=claimed.payee)
    if claim.paid:
        return Standing(share=share, status=Status.PUSHED)
    status = Status.RETURNED if payout.closed else Status.OPEN if failed is None else Status.KEPT
    reason = failed.reason.sentence if failed is not None and failed.reason is not None else ""
    return Standing(share=share, status=status, reason=reason)


def _with_tax(share: Share, taxes: TaxTable, kept: TaxKept | None) -> Share:
    """Write into a paid share what was kept of it, and by which rate; facts may have changed since."""
    if kept is None:
        rate = share.rate if share.tax == 0 else None
        return replace(share, tax=0, rate=rate)
    treaty = taxes.treaties.get(share.holder)
    possible = [share.rate] if share.rate else []
    possible += [
        Rate(ppm=row.rate.ppm if treaty is None else treaty, authority=row.rate.authority) for row in taxes.rows
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
