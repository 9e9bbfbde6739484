"""From a list of investors to the facts that the registry takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.cli._output import day
from tokenkit.errors import InvalidInput
from tokenkit.registry import NO_EXPIRY, Facts
from tokenkit.types import ZERO_ADDRESS, parse_country

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tokenkit.ocf import ClassEntry, InvestorRow
    from tokenkit.plan import ShareClass
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Something a list says about a wallet that is registered with something else."""

    line: int
    wallet: Address
    about: str
    listed: str
    registered: str

    def __str__(self) -> str:
        return (
            f"line {self.line}, {self.wallet}, {self.about}: the list says {self.listed}, the chain {self.registered}."
        )


def facts_by_wallet(
    rows: Iterable[InvestorRow], *, bits: Mapping[str, int], known: Mapping[Address, Address], provider: int = 0
) -> dict[Address, Facts]:
    """Return the facts of every wallet that is not *known* (identity by wallet), first wallets of investors first.

    An investor's identity is that of a wallet that is known, else its first wallet; further wallets join it by that identity.
    """
    listed = tuple(rows)
    identities = {row.external_id: known[row.wallet] for row in reversed(listed) if row.wallet in known}
    found: dict[Address, Facts] = {}
    for row in listed:
        identity = identities.get(row.external_id)
        if row.wallet not in known:
            found[row.wallet] = Facts(
                country=row.country.numeric,
                claims=claims_word(row.claims, bits),
                identity=identity or ZERO_ADDRESS,
                provider=provider,
                valid_until=NO_EXPIRY if row.valid_until is None else row.valid_until,
            )
        identities.setdefault(row.external_id, row.wallet)
    return found


def disagreements(
    rows: Iterable[InvestorRow],
    *,
    known: Mapping[Address, Address],
    attested: Mapping[Address, Facts],
    bits: Mapping[str, int],
) -> Iterator[Disagreement]:
    """Compare a list with the wallets that are registered: *known* by their identity, *attested* by their facts."""
    first_of: dict[str, InvestorRow] = {}
    owner_of: dict[Address, InvestorRow] = {}
    for row in rows:
        if row.wallet not in known:
            continue
        identity, facts = known[row.wallet], attested[row.wallet]
        first, owner = first_of.setdefault(row.external_id, row), owner_of.setdefault(identity, row)
        found = []
        if known[first.wallet] != identity:
            found.append(("investor", f"the investor of {first.wallet}", f"another one, {identity}"))
        if owner.external_id != row.external_id:
            found.append(("investor", f"another one than {owner.wallet}", "the same one"))
        found.append(("country", row.country.name, parse_country(facts.country).name))
        found.append(("claims", _listed(claims_word(row.claims, bits), bits), _listed(facts.claims, bits)))
        found.append(("valid until", _end(row.valid_until), _end(facts.valid_until)))
        for about, listed, registered in found:
            if listed != registered:
                yield Disagreement(line=row.line, wallet=row.wallet, about=about, listed=listed, registered=registered)


def _listed(claims: int, bits: Mapping[str, int]) -> str:
    return ", ".join(claim_names(claims, bits)) or "none"


def _end(second: int | None) -> str:
    return "without end" if second in (None, NO_EXPIRY) else day(second)


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
