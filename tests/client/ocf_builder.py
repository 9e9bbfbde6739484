"""Small OCF packages for tests: objects as the schema wants them, without files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.ocf._fields import Fields
from tokenkit.ocf.importing import import_objects
from tokenkit.ocf.package import OcfObject, Package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ocf import Imported, Why

Item = dict[str, object]


def stakeholder(name: str) -> Item:
    return {
        "object_type": "STAKEHOLDER",
        "id": name,
        "name": {"legal_name": name.title()},
        "stakeholder_type": "INDIVIDUAL",
    }


def stock_class(name: str, *, authorized: str = "1000000") -> Item:
    return {
        "object_type": "STOCK_CLASS",
        "id": name,
        "name": name.title(),
        "class_type": "COMMON",
        "default_id_prefix": f"{name[:2].upper()}-",
        "initial_shares_authorized": authorized,
        "votes_per_share": "1",
        "seniority": "1",
    }


PEOPLE = ("ana", "ben", "clo")
CLASSES = ("common", "preferred")
BASE: tuple[Item, ...] = (*map(stakeholder, PEOPLE), *map(stock_class, CLASSES))


def issuance(
    security: str, who: str = "ana", quantity: str = "100", *, day: str = "2022-02-01", share_class: str = "common"
) -> Item:
    return {
        "object_type": "TX_STOCK_ISSUANCE",
        "id": f"issue-{security}",
        "date": day,
        "security_id": security,
        "custom_id": security.upper(),
        "stakeholder_id": who,
        "security_law_exemptions": [],
        "stock_class_id": share_class,
        "share_price": {"amount": "1.00", "currency": "CHF"},
        "quantity": quantity,
        "stock_legend_ids": [],
    }


def transaction(kind: str, name: str, *, day: str = "2022-03-01", **fields: object) -> Item:
    return {"object_type": f"TX_STOCK_{kind}", "id": name, "date": day, **fields}


def transfer(source: str, quantity: str, *results: str, balance: str | None = None, day: str = "2022-03-01") -> Item:
    fields = {"security_id": source, "quantity": quantity, "resulting_security_ids": list(results)}
    return transaction("TRANSFER", f"transfer-{source}", day=day, **fields, **_balance(balance))


def cancellation(source: str, quantity: str, *, balance: str | None = None, day: str = "2022-03-01") -> Item:
    fields = {"security_id": source, "quantity": quantity, "reason_text": "Forfeited"}
    return transaction("CANCELLATION", f"cancel-{source}", day=day, **fields, **_balance(balance))


def repurchase(source: str, quantity: str, *, balance: str | None = None, day: str = "2022-03-01") -> Item:
    fields = {"security_id": source, "quantity": quantity, "price": {"amount": "3", "currency": "CHF"}}
    return transaction("REPURCHASE", f"repurchase-{source}", day=day, **fields, **_balance(balance))


def retraction(source: str, *, day: str = "2022-03-01") -> Item:
    return transaction("RETRACTION", f"retract-{source}", day=day, security_id=source, reason_text="Never paid")


def reissuance(source: str, *results: str, split: str | None = None, day: str = "2022-03-01") -> Item:
    fields: Item = {"security_id": source, "resulting_security_ids": list(results)}
    if split is not None:
        fields["split_transaction_id"] = split
    return transaction("REISSUANCE", f"reissue-{source}", day=day, **fields)


def consolidation(sources: Sequence[str], result: str, *, day: str = "2022-03-01") -> Item:
    fields: Item = {"security_ids": list(sources), "resulting_security_id": result}
    return transaction("CONSOLIDATION", f"consolidate-{result}", day=day, **fields)


def conversion(source: str, quantity: str, *results: str, balance: str | None = None, day: str = "2022-03-01") -> Item:
    fields = {"security_id": source, "quantity_converted": quantity, "resulting_security_ids": list(results)}
    return transaction("CONVERSION", f"convert-{source}", day=day, **fields, **_balance(balance))


def split(ratio: str = "2/1", *, share_class: str = "common", day: str = "2022-03-01", name: str = "split") -> Item:
    numerator, _, denominator = ratio.partition("/")
    written = {"numerator": numerator, "denominator": denominator}
    return transaction("CLASS_SPLIT", name, day=day, stock_class_id=share_class, split_ratio=written)


def _balance(security: str | None) -> Item:
    return {} if security is None else {"balance_security_id": security}


def imported(*items: Item, decimals: int = 0, base: Sequence[Item] = BASE) -> Imported:
    """Import the people and classes of *base* and then *items*."""
    objects = tuple(
        OcfObject(
            object_type=str(item["object_type"]),
            id=str(item["id"]),
            fields=Fields(file="T.ocf.json", path=f"items[{index}]", data=item),
        )
        for index, item in enumerate((*base, *items))
    )
    result = import_objects(Package(objects=objects, as_of=None, notes=()), decimals=decimals)
    assert sum(result.report.counts.values()) == len(objects), "each object has one finding"
    assert result.report.differences == ()
    return result


def held(result: Imported) -> dict[str, dict[str, int]]:
    """Return the holdings of the classes that somebody holds."""
    return {name: dict(units) for name, units in result.batch.holdings().items() if units}


def set_aside(result: Imported) -> dict[str, Why | None]:
    """Return why each object was set aside, by its id."""
    return {finding.object_id: finding.why for finding in result.report.findings if str(finding.outcome) == "set aside"}
