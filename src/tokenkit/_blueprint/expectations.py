"""What the contracts of a suite must answer about their wiring and parameters, in values and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._blueprint import contracts, providers
from tokenkit._blueprint.kept import SETTINGS, class_settings, issuer_settings, moment
from tokenkit._blueprint.site import OFFICE_CODES, OFFICE_OF, Expectation
from tokenkit.countries import parse_country
from tokenkit.types import ZERO_ADDRESS, format_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tokenkit._blueprint.site import Site
    from tokenkit.plan import Document, Plan, ShareClass

Groups = list[tuple[int, list[int]]]


def expectations(plan: Plan, site: Site) -> Iterator[Expectation]:
    """List everything that a suite must answer about its wiring and parameters, rules that are off included."""
    yield from _wiring(plan, site)
    yield from providers.expectations(plan, site)
    for one in plan.classes:
        yield from _class(plan, one, site)
    for key, value in issuer_settings(plan).items():
        yield setting("all classes", ZERO_ADDRESS, key, value, claims=plan.claims)
    for wallet in plan.rules.deny_list.wallets if plan.rules.deny_list else ():
        yield denied(wallet)


def bound(site: Site, symbol: str, to: str) -> Expectation:
    """Expect the registry or rulebook to serve a class."""
    return Expectation(
        area="wiring",
        subject=f"{to}: serves {symbol}",
        contract=to,
        function="isTokenBound",
        args=[site.token(symbol)],
        expected=True,
        words=_yes_no,
    )


def points_at(site: Site, symbol: str, function: str, to: str) -> Expectation:
    """Expect a class to ask the suite's registry or rulebook."""
    return Expectation(
        area="wiring",
        subject=f"token {symbol}: {to}",
        contract=f"token {symbol}",
        function=function,
        expected=site.address(to),
    )


def terms(plan: Plan, one: ShareClass, site: Site) -> Expectation:
    """Expect the terms of a class."""
    return Expectation(
        area="parameters",
        subject=f"registry: terms of {one.symbol}",
        contract="registry",
        function="termsOf",
        args=[site.token(one.symbol)],
        expected=(plan.provider_mask(one.terms.providers), one.terms.lapsed_may_sell, plan.groups(one.terms)),
        pick=lambda found: (found[0], found[1], [(one["claims"], sorted(one["countries"])) for one in found[2]]),
        words=lambda found: _terms_in_words(plan, found),
    )


def setting(who: str, token: str, key: str, value: object, *, claims: Mapping[str, int]) -> Expectation:
    """Expect a setting of the rulebook, by its key in :data:`SETTINGS`; *claims* are the plan's, for words."""
    kept, names = SETTINGS[key], {bit: name for name, bit in claims.items()}
    return Expectation(
        area="parameters",
        subject=f"rulebook: {kept.name} of {who}",
        contract="rulebook",
        function="settingsOf",
        args=[token],
        expected=value,
        pick=kept.pick,
        words=lambda found: kept.words(found, names),
    )


def denied(wallet: str) -> Expectation:
    """Expect a wallet on the deny list."""
    return Expectation(
        area="parameters",
        subject=f"rulebook: {wallet} on the deny list",
        contract="rulebook",
        function="isDenied",
        args=[wallet],
        expected=True,
        words=_yes_no,
    )


def lockup(one: ShareClass, at: int, site: Site) -> Expectation:
    """Expect a lockup of a class."""
    lock = one.rules.lockups[at]
    return Expectation(
        area="parameters",
        subject=f"rulebook: lockup of {lock.wallet} in {one.symbol}",
        contract="rulebook",
        function="lockOf",
        args=[site.token(one.symbol), lock.wallet],
        expected=(one.units(lock.units), lock.until),
        pick=lambda found: (found["units"], found["until"]),
        words=lambda found: f"{format_units(found[0], one.decimals)} units until {moment(found[1])}",
    )


def document(token: str, one: Document) -> Expectation:
    """Expect a document of a class."""
    return Expectation(
        area="parameters",
        subject=f"{token}: document {one.name}",
        contract=token,
        function="getDocument",
        args=[one.key],
        expected=(one.uri, one.hash),
        pick=lambda found: (found[0], found[1]),
        words=lambda found: f"{found[0] or 'none'} with hash 0x{found[1].hex()}",
    )


def paused(one: ShareClass) -> Expectation:
    """Expect a class to be as the plan lets it start."""
    return Expectation(
        area="parameters",
        subject=f"token {one.symbol}: paused",
        contract=f"token {one.symbol}",
        function="paused",
        expected=one.starts_paused,
        words=_yes_no,
    )


def _wiring(plan: Plan, site: Site) -> Iterator[Expectation]:
    for one in plan.classes:
        for to, function in (("registry", "identityRegistry"), ("rulebook", "compliance")):
            yield bound(site, one.symbol, to)
            yield points_at(site, one.symbol, function, to)
    tokens = frozenset(site.token(one.symbol) for one in plan.classes)
    for served in ("registry", "rulebook"):
        yield Expectation(
            area="wiring",
            subject=f"{served}: classes served",
            contract=served,
            function="boundTokens",
            expected=tokens,
            pick=frozenset,
            words=_listed,
        )
    for contract in site.record.contracts:
        if contract.name != "manager":
            # An office runs on others' storage; on its own it must have no authority, hence no powers.
            alone = contract.artifact in OFFICE_CODES
            authority = ZERO_ADDRESS if alone else site.address("manager")
            yield _points(contract.name, "authority", authority)
        if contract.artifact in OFFICE_OF:
            yield _points(contract.name, "office", site.address(OFFICE_OF[contract.artifact]))
    yield from providers.wiring(plan, site)
    yield from contracts.wiring(plan, site)


def _points(contract: str, function: str, expected: str) -> Expectation:
    return Expectation(
        area="wiring", subject=f"{contract}: {function}", contract=contract, function=function, expected=expected
    )


def _class(plan: Plan, one: ShareClass, site: Site) -> Iterator[Expectation]:
    token = f"token {one.symbol}"
    facts = {
        "name": one.name,
        "symbol": one.symbol,
        "decimals": one.decimals,
        "onchainID": plan.issuer.onchain_id or ZERO_ADDRESS,
    }
    for function, value in facts.items():
        yield Expectation(
            area="parameters", subject=f"{token}: {function}", contract=token, function=function, expected=value
        )
    yield terms(plan, one, site)
    for key, value in class_settings(plan, one).items():
        yield setting(one.symbol, site.token(one.symbol), key, value, claims=plan.claims)
    yield from contracts.expectations(plan, one, site)
    for at in range(len(one.rules.lockups)):
        yield lockup(one, at, site)
    for paper in one.documents:
        yield document(token, paper)
    yield Expectation(
        area="parameters",
        subject=f"{token}: documents",
        contract=token,
        function="getAllDocuments",
        expected=frozenset(paper.key for paper in one.documents),
        pick=frozenset,
        words=lambda keys: _listed(key.rstrip(b"\0").decode(errors="replace") for key in keys),
    )


def _terms_in_words(plan: Plan, found: tuple[int, bool, Groups]) -> str:
    claims = {bit: name for name, bit in plan.claims.items()}
    names = plan.provider_names
    accepted = _listed(names[bit] if bit < len(names) else f"provider {bit}" for bit in _bits(found[0]))
    groups = "; ".join(
        f"{_listed(map(_country, countries)) if countries else 'all other countries'}"
        f" with {_listed(claims.get(bit, f'claim {bit}') for bit in _bits(mask)) if mask else 'no claim'}"
        for mask, countries in found[2]
    )
    lapsed = "a lapsed holder may sell" if found[1] else "a lapsed holder may not sell"
    return f"{groups or 'nobody'}; attested by {accepted}; {lapsed}"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values))) or "none"


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(32) if mask >> bit & 1]


def _country(numeric: int) -> str:
    return parse_country(numeric).alpha2 if numeric else "anywhere"
