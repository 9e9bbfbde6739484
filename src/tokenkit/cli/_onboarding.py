"""From a list of investors to the facts that the registry takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.registry import NO_EXPIRY, Facts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tokenkit.ocf import ClassEntry, InvestorRow
    from tokenkit.plan import ShareClass
    from tokenkit.types import Address


def facts_by_wallet(
    rows: Iterable[InvestorRow], *, bits: Mapping[str, int], known: Mapping[Address, Address], provider: int = 0
) -> dict[Address, Facts]:
    """Return the facts of every wallet that is not *known* (identity by wallet), first wallets of investors first.

    An investor's identity is its first wallet; further wallets join it by that identity.
    """
    identities: dict[str, Address] = {}
    found: dict[Address, Facts] = {}
    for row in rows:
        identity = identities.get(row.external_id, known.get(row.wallet))
        if row.wallet not in known:
            found[row.wallet] = Facts(
                country=row.country.numeric,
                claims=claims_word(row.claims, bits),
                identity=identity or ZERO_ADDRESS,
                provider=provider,
                valid_until=NO_EXPIRY if row.valid_until is None else row.valid_until,
            )
        identities.setdefault(row.external_id, identity or row.wallet)
    return found


def match_classes(described: Iterable[ClassEntry], planned: Collection[ShareClass]) -> dict[str, str]:
    """Return the symbol of the plan's class for each class of a package: the same symbol, or a name that ends in its name.

    Raises:
        InvalidInput: a class of the package that fits none, or more than one, of the plan.
    """
    found = {}
    for entry in described:
        named = [one.symbol for one in planned if one.name.casefold().endswith(entry.name.casefold())]
        fitting = [one.symbol for one in planned if one.symbol.casefold() == entry.symbol.casefold()] or named
        if len(fitting) != 1:
            what = "no class" if not fitting else "several classes"
            raise InvalidInput(
                f"The plan has {what} for {entry.name!r} (symbol {entry.symbol}). Use that symbol in the plan."
            )
        found[entry.external_id] = fitting[0]
    return found


def claims_word(names: Iterable[str], bits: Mapping[str, int]) -> int:
    """Return the claims of these names as the registry keeps them.

    Raises:
        InvalidInput: a name that the plan does not know.
    """
    wanted = set(names)
    unknown = sorted(wanted - set(bits))
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is not a claim of the plan. Its claims are {', '.join(bits) or 'none'}.")
    return sum(1 << bits[name] for name in wanted)


def claim_names(word: int, bits: Mapping[str, int]) -> list[str]:
    """Return the names of the claims in a word; a bit that the plan does not name comes as a number."""
    named = {bit: name for name, bit in bits.items()}
    return [named.get(bit, f"bit {bit}") for bit in range(32) if word >> bit & 1]


def provider_index(name: str, names: Sequence[str]) -> int:
    """Return the index of a provider of the plan; 0 is the issuer.

    Raises:
        InvalidInput: the plan has no provider of this name.
    """
    if name not in names:
        raise InvalidInput(f"{name!r} is not a provider of the plan. They are {', '.join(names)}.")
    return names.index(name)
