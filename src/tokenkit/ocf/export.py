"""Export of a cap table as an Open Cap Format package: one issuance for each holding."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ocf._fields import MOST_DECIMALS
from tokenkit.ocf.schema import MANIFEST, MANIFEST_LISTS, OCF_VERSION
from tokenkit.types import format_units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from tokenkit.ocf.batch import Batch, ClassEntry, Conversion, InvestorEntry, IssuerEntry, Money

_FILES = {
    "stakeholders_files": "Stakeholders.ocf.json",
    "stock_classes_files": "StockClasses.ocf.json",
    "transactions_files": "Transactions.ocf.json",
}
_OPTIONAL_LISTS = ("financings_files", "documents_files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A cap table on one day, with what is known about the company, its classes and its investors."""

    issuer: IssuerEntry
    day: date
    decimals: int
    """Of the tokens: one share is 10^decimals units."""
    investors: tuple[InvestorEntry, ...]
    classes: tuple[ClassEntry, ...]
    holdings: Mapping[str, Mapping[str, int]]
    """Units by investor for each class, by their ids."""


def snapshot(batch: Batch, *, day: date) -> Snapshot:
    """Take the cap table of *batch* after its last step, for *day*.

    Raises:
        InvalidInput: the batch does not name an issuer, which OCF needs.
    """
    if batch.issuer is None:
        raise InvalidInput("The batch names no issuer. Add an [issuer] table: a package needs one.")
    return Snapshot(
        issuer=batch.issuer,
        day=day,
        decimals=batch.decimals,
        investors=batch.investors,
        classes=batch.classes,
        holdings=batch.holdings(),
    )


def export_package(table: Snapshot, *, generated_at: datetime) -> Mapping[str, bytes]:
    """Return the files of a package with *table*, by name: each holding is one certificate issued on that day.

    Raises:
        InvalidInput: more decimals than OCF can write, a holding of somebody or something that is not described, or a
            moment without time zone.
    """
    if not 0 <= table.decimals <= MOST_DECIMALS:
        raise InvalidInput(f"OCF writes at most ten decimals, but the tokens have {table.decimals}: no exact export.")
    if generated_at.tzinfo is None:
        raise InvalidInput(f"{generated_at.isoformat()} has no time zone. Give one, for example +00:00.")
    _refuse_strangers(table)
    items = {
        "stakeholders_files": [_stakeholder(entry) for entry in table.investors],
        "stock_classes_files": [_stock_class(entry) for entry in table.classes],
        "transactions_files": _issuances(table),
    }
    files = {
        _FILES[name]: _json({"file_type": MANIFEST_LISTS[name], "items": listed}) for name, listed in items.items()
    }
    files["Manifest.ocf.json"] = _json(_manifest(table, generated_at, files))
    return files


def write_package(files: Mapping[str, bytes], directory: Path) -> None:
    """Write the *files* of a package into *directory*, which is made where it does not exist.

    Raises:
        InvalidInput: one of the files is there already; nothing was written.
    """
    for name in files:
        if (directory / name).exists():
            raise InvalidInput(
                f"{directory / name} exists. Give an empty directory, so that no package is overwritten."
            )
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)


def _refuse_strangers(table: Snapshot) -> None:
    investors = {entry.external_id for entry in table.investors}
    for share_class, held in table.holdings.items():
        if share_class not in {entry.external_id for entry in table.classes}:
            raise InvalidInput(f"{share_class} is held but not described. Add it to the classes of the snapshot.")
        for investor in held:
            if investor not in investors:
                raise InvalidInput(f"{investor} holds {share_class} but is not described. Add it to the investors.")


def _manifest(table: Snapshot, generated_at: datetime, files: Mapping[str, bytes]) -> dict[str, object]:
    lists: dict[str, list[dict[str, str]]] = {name: [] for name in MANIFEST_LISTS if name not in _OPTIONAL_LISTS}
    for name, file in _FILES.items():
        # MD5 is what the format asks for: a check against a slip, not against intent.
        digest = hashlib.md5(files[file], usedforsecurity=False).hexdigest()
        lists[name].append({"filepath": str(PurePosixPath(".") / file), "md5": digest})
    return {
        "ocf_version": OCF_VERSION,
        "file_type": MANIFEST,
        "issuer": {
            "object_type": "ISSUER",
            "id": table.issuer.external_id,
            "legal_name": table.issuer.name,
            "formation_date": table.issuer.formed.isoformat(),
            "country_of_formation": table.issuer.country,
        },
        "as_of": table.day.isoformat(),
        "generated_at": generated_at.isoformat(),
        **lists,
    }


def _stakeholder(entry: InvestorEntry) -> dict[str, object]:
    stakeholder: dict[str, object] = {
        "object_type": "STAKEHOLDER",
        "id": entry.external_id,
        "name": {"legal_name": entry.name},
        "stakeholder_type": str(entry.kind),
    }
    if entry.relationships:
        stakeholder["current_relationships"] = list(entry.relationships)
    if entry.country is not None:
        stakeholder["addresses"] = [{"address_type": "LEGAL", "country": entry.country}]
    return stakeholder


def _stock_class(entry: ClassEntry) -> dict[str, object]:
    stock_class: dict[str, object] = {
        "object_type": "STOCK_CLASS",
        "id": entry.external_id,
        "name": entry.name,
        "class_type": str(entry.kind),
        "default_id_prefix": entry.prefix,
        "initial_shares_authorized": "UNLIMITED" if entry.authorized is None else f"{entry.authorized:f}",
        "votes_per_share": f"{entry.votes_per_share:f}",
        "seniority": f"{entry.seniority:f}",
    }
    if entry.liquidation_multiple is not None:
        stock_class["liquidation_preference_multiple"] = f"{entry.liquidation_multiple:f}"
    if entry.participation_cap_multiple is not None:
        stock_class["participation_cap_multiple"] = f"{entry.participation_cap_multiple:f}"
    if entry.price is not None:
        stock_class["price_per_share"] = _money(entry.price)
    if entry.conversions:
        stock_class["conversion_rights"] = [_conversion_right(each) for each in entry.conversions]
    return stock_class


def _conversion_right(conversion: Conversion) -> dict[str, object]:
    return {
        "type": "STOCK_CLASS_CONVERSION_RIGHT",
        "converts_to_stock_class_id": conversion.into,
        "conversion_mechanism": {
            "type": "RATIO_CONVERSION",
            "conversion_price": _money(conversion.price),
            "ratio": {"numerator": f"{conversion.numerator:f}", "denominator": f"{conversion.denominator:f}"},
            "rounding_type": conversion.rounding,
        },
    }


def _issuances(table: Snapshot) -> list[dict[str, object]]:
    """Make one issuance for each holding, numbered within its class in ascending order of investors."""
    issuances: list[dict[str, object]] = []
    for entry in table.classes:
        held = sorted((who, units) for who, units in table.holdings.get(entry.external_id, {}).items() if units)
        for number, (investor, units) in enumerate(held, start=1):
            issuances.append(_issuance(table, entry, investor, units, number))
    return issuances


def _issuance(table: Snapshot, entry: ClassEntry, investor: str, units: int, number: int) -> dict[str, object]:
    certificate = f"{entry.prefix}{number}"
    issuance: dict[str, object] = {
        "object_type": "TX_STOCK_ISSUANCE",
        "id": f"issuance-{entry.external_id}-{number}",
        "security_id": f"security-{entry.external_id}-{number}",
        "date": table.day.isoformat(),
        "custom_id": certificate,
        "stakeholder_id": investor,
        "security_law_exemptions": [],
        "stock_class_id": entry.external_id,
        "share_price": {"amount": "0", "currency": "USD"} if entry.price is None else _money(entry.price),
        "quantity": format_units(units, table.decimals),
        "stock_legend_ids": [],
    }
    if entry.price is None:
        issuance["comments"] = ["The register does not know the price; the schema demands one."]
    return issuance


def _money(money: Money) -> dict[str, str]:
    return {"amount": f"{money.amount:f}", "currency": money.currency}


def _json(data: object) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
