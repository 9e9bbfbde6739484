"""The stock transactions of a package, parsed once into plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from tokenkit.ocf.package import OcfObject


class Act(StrEnum):
    """What a transaction does to the securities that it ends."""

    TRANSFER = "transfer"
    CANCELLATION = "cancellation"
    REPURCHASE = "repurchase"
    RETRACTION = "retraction"
    REISSUANCE = "reissuance"
    CONSOLIDATION = "consolidation"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """TX_STOCK_ISSUANCE: a certificate; also for each one that another transaction leads to."""

    origin: OcfObject
    day: date
    security: str
    stakeholder: str
    share_class: str
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A transaction that ends securities, wholly or for a part, and names those that take their place."""

    origin: OcfObject
    act: Act
    day: date
    sources: tuple[str, ...]
    quantity: str | None
    """Shares that it takes; None where it always takes all."""
    results: tuple[str, ...]
    """The securities that get what it takes; none where the shares cease to exist."""
    balance: str | None
    """The security that holds the rest."""
    split: str | None
    """Id of the split for which certificates are renewed."""
    text: str | None
    """The reason or consideration given."""

    @property
    def begun(self) -> tuple[str, ...]:
        """Every security that starts here, the balance last."""
        return self.results if self.balance is None else (*self.results, self.balance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """TX_STOCK_CLASS_SPLIT: every share of a class becomes *ratio* shares."""

    origin: OcfObject
    day: date
    share_class: str
    ratio: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT: the number of shares that a class may have."""

    origin: OcfObject
    day: date
    share_class: str
    shares: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """TX_STOCK_ACCEPTANCE: the holder accepted a certificate."""

    origin: OcfObject
    day: date
    security: str


Transaction = Issuance | Ending | Split | Authorization | Acceptance

_ACTS = {f"TX_STOCK_{act.name}": act for act in Act}


def parse(origin: OcfObject) -> Transaction | None:
    """Read a transaction about shares; None for any other object.

    Raises:
        MalformedOcf: a field is not of its type.
    """
    fields = origin.fields
    match origin.object_type:
        case "TX_STOCK_ISSUANCE":
            return Issuance(
                origin=origin,
                day=fields.day("date"),
                security=fields.text("security_id"),
                stakeholder=fields.text("stakeholder_id"),
                share_class=fields.text("stock_class_id"),
                quantity=fields.numeric("quantity"),
            )
        case "TX_STOCK_CLASS_SPLIT":
            return Split(
                origin=origin,
                day=fields.day("date"),
                share_class=fields.text("stock_class_id"),
                ratio=_ratio(origin),
            )
        case "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT":
            return Authorization(
                origin=origin,
                day=fields.day("date"),
                share_class=fields.text("stock_class_id"),
                shares=fields.number("new_shares_authorized"),
            )
        case "TX_STOCK_ACCEPTANCE":
            return Acceptance(origin=origin, day=fields.day("date"), security=fields.text("security_id"))
        case object_type if object_type in _ACTS:
            return _ending(origin, _ACTS[object_type])
        case _:
            return None


def _ending(origin: OcfObject, act: Act) -> Ending:
    fields = origin.fields
    part = "quantity_converted" if act is Act.CONVERSION else "quantity"
    takes_part = act in (Act.TRANSFER, Act.CANCELLATION, Act.REPURCHASE, Act.CONVERSION)
    results: tuple[str, ...] = ()
    if act is Act.CONSOLIDATION:
        sources, results = _distinct(origin, "security_ids"), (fields.text("resulting_security_id"),)
    else:
        sources = (fields.text("security_id"),)
        results = _distinct(origin, "resulting_security_ids") if fields.has("resulting_security_ids") else ()
    return Ending(
        origin=origin,
        act=act,
        day=fields.day("date"),
        sources=sources,
        quantity=fields.numeric(part) if takes_part else None,
        results=results,
        balance=fields.optional_text("balance_security_id"),
        split=fields.optional_text("split_transaction_id") if act is Act.REISSUANCE else None,
        text=fields.optional_text("reason_text") or fields.optional_text("consideration_text"),
    )


def _distinct(origin: OcfObject, name: str) -> tuple[str, ...]:
    securities = origin.fields.texts(name)
    if not securities or len(set(securities)) != len(securities):
        problem = "a security is named twice" if securities else "no security is named"
        raise origin.fields.malformed(name, problem, "Name each security once")
    return securities


def _ratio(origin: OcfObject) -> Fraction:
    written = origin.fields.child("split_ratio")
    numerator, denominator = Fraction(written.number("numerator")), Fraction(written.number("denominator"))
    for name, value in (("numerator", numerator), ("denominator", denominator)):
        if value <= 0:
            raise written.malformed(name, f"{value} is not above zero", "A 2-for-1 split has 2 and 1")
    return numerator / denominator
