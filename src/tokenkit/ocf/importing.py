"""Import of an Open Cap Format package: from its files to a batch to review, and a report on every object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ledger import Difference
from tokenkit.ocf._fields import MOST_DECIMALS
from tokenkit.ocf._replay import Replay
from tokenkit.ocf.batch import Batch, ClassEntry, Conversion, InvestorEntry, IssuerEntry, Money
from tokenkit.ocf.package import Package, read_package
from tokenkit.ocf.report import Finding, Outcome, Report, Why, finding
from tokenkit.ocf.schema import RIGHTS, ClassType, Role, StakeholderType, role
from tokenkit.ocf.transactions import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tokenkit.ocf._book import Book
    from tokenkit.ocf._fields import Fields
    from tokenkit.ocf.package import OcfObject

_NO_LIMIT = ("UNLIMITED", "NOT APPLICABLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import made of a package."""

    batch: Batch
    report: Report


def import_package(directory: Path, *, decimals: int = 0) -> Imported:
    """Read the OCF package in *directory* for tokens with *decimals*.

    Nothing is dropped: each object is used, informational or set aside, with the reason. A transaction is used whole
    or not at all, and whatever depends on one that was set aside is set aside too.

    Raises:
        InvalidInput: more decimals than OCF can write.
        MalformedOcf: the files are not a package of OCF 1.2: not JSON, a wrong type, a field missing, an id twice.
    """
    if not 0 <= decimals <= MOST_DECIMALS:
        raise InvalidInput(f"OCF writes at most ten decimals, so {decimals} cannot be. Give 0 to {MOST_DECIMALS}.")
    return import_objects(read_package(directory), decimals=decimals)


def import_objects(package: Package, *, decimals: int) -> Imported:
    """Import the objects of a *package* that was read before."""
    issuer = next((_issuer(each) for each in package.objects if each.object_type == "ISSUER"), None)
    investors = tuple(_investor(each) for each in package.objects if each.object_type == "STAKEHOLDER")
    classes = {each.id: _class(each) for each in package.objects if each.object_type == "STOCK_CLASS"}
    replay = Replay(
        [parsed for parsed in map(parse, package.objects) if parsed is not None],
        stakeholders={investor.external_id for investor in investors},
        classes=classes,
        exercised=_exercised(package),
        decimals=decimals,
    )
    batch = Batch(
        issuer=issuer,
        as_of=package.as_of,
        decimals=decimals,
        investors=investors,
        classes=tuple(_adjusted(entry, replay.authorized.get(key)) for key, entry in classes.items()),
        steps=tuple(replay.book.steps),
    )
    findings = tuple(replay.findings.get((each.object_type, each.id)) or _find(each) for each in package.objects)
    report = Report(
        findings=findings,
        notes=(*package.notes, *_beyond_authorized(batch)),
        differences=_differences(batch, replay.book),
    )
    return Imported(batch=batch, report=report)


def _find(each: OcfObject) -> Finding:
    """Make the finding on an object that is not replayed."""
    match role(each.object_type):
        case Role.SHARES:
            return finding(each, Outcome.USED, "read")
        case Role.CONTEXT:
            return finding(each, Outcome.INFORMATIONAL, "it describes shares or holders, but moves no shares")
        case Role.RIGHTS:
            right = next(what for prefix, what in RIGHTS.items() if each.object_type.startswith(prefix))
            detail = f"it is about {right}; shares that it leads to have an issuance of their own"
            return finding(each, Outcome.SET_ASIDE, detail, why=Why.NOT_SHARES)
        case None:
            return finding(
                each, Outcome.SET_ASIDE, f"OCF 1.2 has no objects of type {each.object_type}", why=Why.UNKNOWN_TYPE
            )


def _exercised(package: Package) -> Mapping[str, str]:
    """Map each security that an exercise or conversion of a right leads to, to that transaction."""
    return {
        security: f"{each.object_type} {each.id}"
        for each in package.objects
        if role(each.object_type) is Role.RIGHTS and each.fields.has("resulting_security_ids")
        for security in each.fields.texts("resulting_security_ids")
    }


def _issuer(origin: OcfObject) -> IssuerEntry:
    return IssuerEntry(
        external_id=origin.id,
        name=origin.fields.text("legal_name"),
        country=origin.fields.country("country_of_formation"),
        formed=origin.fields.day("formation_date"),
    )


def _investor(origin: OcfObject) -> InvestorEntry:
    fields = origin.fields
    single = fields.optional_text("current_relationship")  # before version 1.2.1 there was one
    relationships = fields.texts("current_relationships") if fields.has("current_relationships") else ()
    return InvestorEntry(
        external_id=origin.id,
        name=fields.child("name").text("legal_name"),
        kind=fields.member("stakeholder_type", StakeholderType),
        country=_country(fields),
        relationships=relationships or (() if single is None else (single,)),
    )


def _country(fields: Fields) -> str | None:
    """Return the country of the legal address, or else of the first one."""
    addresses = fields.children("addresses")
    legal = [address for address in addresses if address.data.get("address_type") == "LEGAL"]
    return next((address.country("country") for address in (*legal, *addresses)), None)


def _class(origin: OcfObject) -> ClassEntry:
    fields = origin.fields
    unlimited = fields.data.get("initial_shares_authorized") in _NO_LIMIT
    return ClassEntry(
        external_id=origin.id,
        name=fields.text("name"),
        kind=fields.member("class_type", ClassType),
        prefix=fields.text("default_id_prefix"),
        authorized=None if unlimited else fields.number("initial_shares_authorized"),
        votes_per_share=fields.number("votes_per_share"),
        seniority=fields.number("seniority"),
        liquidation_multiple=fields.optional_number("liquidation_preference_multiple"),
        participation_cap_multiple=fields.optional_number("participation_cap_multiple"),
        price=_money(fields.child("price_per_share")) if fields.has("price_per_share") else None,
        conversions=tuple(
            _conversion(right)
            for right in fields.children("conversion_rights")
            if right.has("converts_to_stock_class_id")
        ),
    )


def _conversion(right: Fields) -> Conversion:
    mechanism = right.child("conversion_mechanism")
    ratio = mechanism.child("ratio")
    return Conversion(
        into=right.text("converts_to_stock_class_id"),
        numerator=ratio.number("numerator"),
        denominator=ratio.number("denominator"),
        price=_money(mechanism.child("conversion_price")),
        rounding=mechanism.text("rounding_type"),
    )


def _money(fields: Fields) -> Money:
    return Money(amount=fields.number("amount"), currency=fields.text("currency"))


def _adjusted(entry: ClassEntry, authorized: Decimal | None) -> ClassEntry:
    if authorized is None:
        return entry
    return replace(entry, authorized=authorized)


def _beyond_authorized(batch: Batch) -> tuple[str, ...]:
    """Note the classes of which more shares are out than are authorized."""
    supplies = {name: Decimal(counted.supply).scaleb(-batch.decimals) for name, counted in batch.registers().items()}
    return tuple(
        f"{entry.name}: {supplies[entry.external_id]:f} shares are out, {entry.authorized:f} are authorized."
        for entry in batch.classes
        if entry.authorized is not None and supplies[entry.external_id] > entry.authorized
    )


def _differences(batch: Batch, book: Book) -> tuple[Difference, ...]:
    """Compare what the steps add up to with the certificates that the transactions left open."""
    counted = {
        (share_class, holder): units for share_class, held in batch.holdings().items() for holder, units in held.items()
    }
    open_units = book.holdings()
    return tuple(
        Difference(name=" ".join(key), counted=counted.get(key, 0), reported=open_units.get(key, 0))
        for key in sorted({*counted, *open_units})
        if counted.get(key, 0) != open_units.get(key, 0)
    )
