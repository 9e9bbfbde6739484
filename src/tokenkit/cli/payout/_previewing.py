"""What a payout will come to, for people, programs and files."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from tokenkit.cli._output import Answer, facts, grouped, item, table
from tokenkit.cli.payout._figures import coin_facts, country, share_ahead, write_chart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import Console

    from tokenkit.cli._coins import Coin
    from tokenkit.cli._session import Session
    from tokenkit.ledger import Preview, Reinvestment
    from tokenkit.payouts import Declaration
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A payout before it is paid."""

    one: "ShareClass"
    asset: str
    coin: "Coin"
    record_date: int
    found: "Preview"
    taken: "Mapping[Address, Reinvestment]"
    """Units and money of each holder, as it has opted now."""
    funded: int
    """What was paid in already."""
    closed: bool
    """Nothing is paid in or out any more."""

    @property
    def to_pay_in(self) -> int:
        """What is still to be paid in."""
        return 0 if self.closed else max(self.found.amount - self.funded, 0)

    def as_data(self) -> dict[str, Any]:
        """Write it for programs, amounts in the smallest unit."""
        found = self.found
        return {
            **coin_facts(self.asset, self.coin),
            "record_date": self.record_date,
            "amount": found.amount,
            "funded": self.funded,
            "to_pay_in": self.to_pay_in,
            "gross": found.gross,
            "tax": found.tax,
            "net": found.net,
            "dust": found.dust,
            "new_units": sum(each.units for each in self.taken.values()),
            "price": sum(each.spent for each in self.taken.values()),
            "cash": sum(each.cash for each in self.taken.values()),
            "authorities": found.by_authority(),
            "countries": [
                {
                    "name": country(int(each.name)),
                    "holders": each.holders,
                    "units": each.units,
                    "gross": each.gross,
                    "tax": each.tax,
                }
                for each in found.by_country()
            ],
            "shares": [share_ahead(share, self.taken[share.holder]) for share in found.shares],
        }


def forecast(session: "Session", of: "int | Declaration") -> Forecast:
    """Work out a payout that was declared, or one to come.

    Raises:
        InvalidInput: it is of a token that is none of the suite's.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import reinvest

    payouts = session.payouts
    funded, closed, terms = 0, False, of
    if isinstance(terms, int):
        state = payouts.payout(terms)
        funded, closed, offer = state.amount, state.closed, payouts.options(terms).offer
        token, asset, record_date = state.token, state.asset, state.record_date
    else:
        token, asset, record_date, offer = terms.token, terms.asset, terms.record_date, terms.options.offer
    one = session.class_of(token)
    if one is None:
        raise InvalidInput(f"Payout {of} is of a token that is none of the suite's.")
    found = payouts.preview(of)
    taken = payouts.reinvestments(of) if offer else reinvest(found, (), price=1)
    return Forecast(
        one=one,
        asset=asset,
        coin=session.coin(asset),
        record_date=record_date,
        found=found,
        taken={each.holder: each for each in taken},
        funded=funded,
        closed=closed,
    )


def answered(session: "Session", made: Forecast, *, csv: Path | None, chart: Path | None, chart_by: str) -> Answer:
    """Write the files that are wanted, and answer."""
    from tokenkit.ledger import PayoutTitle, payout_csv, payout_rows

    title = PayoutTitle(
        issuer=session.suite.plan.issuer.name,
        share_class=made.one.symbol,
        name="Preview",
        symbol=made.coin.symbol,
        decimals=made.coin.decimals,
        unit_decimals=made.one.decimals,
        record_date=made.record_date,
    )
    if csv is not None:
        csv.write_text(payout_csv(payout_rows(made.found, title, taken=made.taken)), encoding="utf-8", newline="")
    write_chart(chart, chart_by, made.found, made.coin, made.one)
    files = [each for each in (csv, chart) if each is not None]
    return Answer(data={"files": files, **made.as_data()}, show=lambda console: _show(console, made, files))


def _show(console: "Console", made: Forecast, files: list[Path]) -> None:
    found, money, decimals = made.found, made.coin.words, made.one.decimals
    offered = any(each.units for each in made.taken.values())
    columns = ["Holder", "Country", "Units", "Gross", "Tax", "Net", *(["New units", "Cash"] if offered else [])]
    rows = []
    for each in found.shares:
        taken = made.taken[each.holder]
        row = [each.holder, country(each.country), grouped(each.units, decimals)]
        row += map(money, (each.gross, each.tax, each.net))
        rows.append([*row, *([grouped(taken.units, decimals), money(taken.cash)] if offered else [])])
    console.print(table(None, columns, rows, right=columns[2:]))
    console.print(facts([*_in(made, money), *_out(made, money)]))
    for file in files:
        console.print(item("[green]✓[/green]", escape(f"Written to {file}.")))


def _in(made: Forecast, money: "Callable[[int], str]") -> "Iterator[tuple[str, str]]":
    if made.funded:
        yield "Funded", money(made.funded)
    if made.closed:
        yield "State", "closed"
        return
    yield ("Still to pay in" if made.funded else "To pay in"), money(made.to_pay_in)


def _out(made: Forecast, money: "Callable[[int], str]") -> "Iterator[tuple[str, str]]":
    found, taken = made.found, made.taken.values()
    yield "Gross", money(found.gross)
    yield "Tax", money(found.tax)
    yield "Net", money(found.net)
    units = sum(each.units for each in taken)
    if units:
        cash, price = (sum(getattr(each, name) for each in taken) for name in ("cash", "spent"))
        yield "Of that new units", f"{grouped(units, made.one.decimals)} for {money(price)}, as holders have opted now"
        yield "Of that in money", money(cash)
    yield "Dust", money(found.dust)
    for each in found.by_authority():
        yield f"Tax for {each.name}", money(each.tax)
