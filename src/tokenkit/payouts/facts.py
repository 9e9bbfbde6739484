"""What a payout asks about its holders: who exercises their rights now, and what the registry says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._contract import TOKEN, Contract
from tokenkit.errors import Reverted
from tokenkit.ledger import Facts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.chain import Chain
    from tokenkit.types import Address

_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The investor of each holder, and the facts of each investor, as :func:`tokenkit.ledger.preview` takes them."""

    investors: Mapping[Address, str]
    facts: Mapping[str, Facts]


def owners(chain: Chain, token: Address, holders: Sequence[Address], *, record_date: int) -> dict[Address, Address]:
    """Return who exercises each holder's rights now: itself, or the wallet that replaced it since the record date."""
    contract = Contract(chain, token, *TOKEN)
    if chain.now() < record_date or not contract.read("isRecordDate", record_date):
        return {holder: holder for holder in holders}
    index = contract.read("recordDateIndex", record_date)
    found: dict[Address, Address] = {}
    for start in range(0, len(holders), _BATCH):
        page = holders[start : start + _BATCH]
        answers = contract.read_many([("entitlement", (holder, index)) for holder in page])
        found |= {holder: owner for holder, (_, owner, _) in zip(page, answers, strict=True)}
    return found


def known(chain: Chain, token: Address, owner_of: Mapping[Address, Address]) -> Known:
    """Ask the token's registry about the owner of each holder, as the contract does when it pays.

    A wallet of which the registry says something else than of its investor's other wallets counts as an investor of its own. Without a
    registry nobody is known.
    """
    try:
        registry = Contract(chain, Contract(chain, token, *TOKEN).read("identityRegistry"), "IdentityRegistry")
    except Reverted:
        return Known(investors={}, facts={})
    wallets = sorted(set(owner_of.values()))
    asked: dict[Address, tuple[Facts, Address]] = {}
    for start in range(0, len(wallets), _BATCH):
        page = wallets[start : start + _BATCH]
        calls = [call for wallet in page for call in (("admission", (token, wallet)), ("investorOf", (wallet,)))]
        answers = registry.read_many(calls)
        for wallet, admission, identity in zip(page, answers[::2], answers[1::2], strict=True):
            asked[wallet] = Facts(country=admission["country"], claims=admission["claims"]), identity
    facts: dict[str, Facts] = {}
    investors: dict[Address, str] = {}
    for holder, owner in owner_of.items():
        said, identity = asked[owner]
        name = owner if identity == ZERO_ADDRESS or facts.get(identity, said) != said else identity
        investors[holder], facts[name] = name, said
    return Known(investors=investors, facts=facts)
