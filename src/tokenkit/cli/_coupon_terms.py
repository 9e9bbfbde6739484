"""What people write about the coupons of a bond, made into terms and into what their declarations share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tokenkit.cli._options import document_hash
from tokenkit.cli._session import parse_instant
from tokenkit.cli.payout._terms import parse_date, parse_percent, read_taxes
from tokenkit.errors import InvalidInput
from tokenkit.ledger import BusinessDays, CouponTerms, Roll, Stub, TaxTable, parse_day_count
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from tokenkit.cli._session import Session

_OPEN_DAYS = 365


def coupon_terms(**values: Any) -> CouponTerms:  # noqa: ANN401 - the options of a schedule
    """Read the terms of a bond.

    Raises:
        InvalidInput: a value that is none, or terms that contradict each other.
    """
    try:
        stub, roll = Stub(values["stub"]), Roll(values["roll"])
    except ValueError as error:
        kinds = f"stubs are {', '.join(Stub)}; rolls are {', '.join(Roll)}"
        raise InvalidInput(f"{error}; {kinds}.") from None
    return CouponTerms(
        issued=parse_date(values["issued"]),
        matures=parse_date(values["matures"]),
        rate=parse_percent(values["rate"]),
        per_year=values["per_year"],
        day_count=parse_day_count(values["day_count"]),
        stub=stub,
        roll=roll,
        adjusted=values["adjusted"],
        month_end=values["month_end"],
        record_days=values["record_days"],
        business_days=BusinessDays(holidays=frozenset(map(parse_date, values["holiday"] or ()))),
    )


def parse_zone(name: str) -> tzinfo:
    """Read the name of a time zone.

    Raises:
        InvalidInput: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"{name!r} is not a time zone. Give a name such as Europe/Zurich.") from None


def declared_with(
    session: Session,
    open_days: int | None,
    *,
    refund_to: str | None,
    exclude: list[str] | None,
    deadline: str | None,
    admitted_only: bool,
    tax: Path | None,
    document: Path | None,
) -> dict[str, Any]:
    """Read what all coupons are declared with: fields of a ``CouponPlan``."""
    if deadline is not None and open_days is not None:
        raise InvalidInput("Give --deadline, for all coupons, or --open-days after each payment, not both.")
    return {
        "refund_to": parse_address(refund_to) if refund_to else session.sender,
        "excluded": tuple({parse_address(wallet) for wallet in exclude or ()}),
        "deadline": None if deadline is None else parse_instant(deadline),
        "open_days": open_days or _OPEN_DAYS,
        "admitted_only": admitted_only,
        "taxes": read_taxes(tax, session.suite.plan) if tax else TaxTable(),
        "document_hash": document_hash(document),
    }
