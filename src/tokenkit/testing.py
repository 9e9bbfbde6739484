"""pytest plugin: a chain for each test, a deployed suite with its people, refusals by type and argument, and time travel.

Loaded by pytest where tokenkit is installed. ``--backend anvil`` runs the same tests on anvil instead of the embedded chain.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import NodeUnavailable, Reverted, TokenkitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import DevelopmentChain, Signer
    from tokenkit.suite import Suite


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--backend`` to pytest."""
    parser.getgroup("tokenkit").addoption(
        "--backend",
        choices=("local", "anvil"),
        default="local",
        help="the chain that tokenkit's fixtures run on: embedded (local) or anvil",
    )


@pytest.fixture(scope="session")
def session_chain(request: pytest.FixtureRequest) -> Iterator[DevelopmentChain]:
    """Give one chain for the whole run; deploy on it from session fixtures only, and use :func:`chain` in tests."""
    if request.config.getoption("--backend") == "anvil":
        with _anvil() as chain:
            yield chain
    else:
        from tokenkit.chain import LocalChain  # noqa: PLC0415 - every pytest in this environment loads the plugin

        yield LocalChain()


@pytest.fixture
def chain(session_chain: DevelopmentChain) -> Iterator[DevelopmentChain]:
    """Give the chain as the session's fixtures left it; whatever the test does to it is undone."""
    before = session_chain.snapshot()
    yield session_chain
    session_chain.revert(before)


@pytest.fixture(scope="session")
def anvil_chain() -> Iterator[DevelopmentChain]:
    """Give a chain on anvil, whatever ``--backend`` says; skips where there is no anvil."""
    with _anvil() as chain:
        yield chain


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who acts in tests. Office holders have the role of their name in :data:`PLAN`, without a delay; ``upgrader`` waits an hour.

    ``ana`` (Switzerland), ``ben`` (Germany) and ``chloe`` (France) are registered with the claim kyc; so is ``dora`` (United States), who is
    accredited as well. ``emil`` (United States) is registered with kyc only, so he is not admitted. ``mallory`` is not registered.
    """

    deployer: Signer
    admin: Signer
    issuer: Signer
    registrar: Signer
    compliance: Signer
    paying_agent: Signer
    enforcement: Signer
    upgrader: Signer
    guardian: Signer
    ana: Signer
    ben: Signer
    chloe: Signer
    dora: Signer
    emil: Signer
    mallory: Signer


PLAN = """\
[issuer]
name = "Test Company AG"
country = "CH"

[admin]
address = "{admin}"

[roles]
issuer = {{ holders = ["{issuer}"] }}
registrar = {{ holders = ["{registrar}"] }}
compliance = {{ holders = ["{compliance}"] }}
paying_agent = {{ holders = ["{paying_agent}"] }}
enforcement = {{ holders = ["{enforcement}"] }}
upgrader = {{ holders = ["{upgrader}"], delay = 3600, guardians = ["{guardian}"] }}

[claims]
kyc = 0
accredited = 1

[[classes]]
name = "Test Company Ordinary Shares"
symbol = "ORD"

[[classes.terms.groups]]
countries = ["CH", "DE", "FR", "LI"]
claims = ["kyc"]

[[classes.terms.groups]]
countries = ["US"]
claims = ["kyc", "accredited"]

[[classes]]
name = "Test Company Preferred Shares"
symbol = "PREF"
decimals = 2
upgradeable = true

[[classes.terms.groups]]
countries = "*"
claims = ["kyc"]
"""
"""The plan of :func:`suite`, with places for the addresses of :class:`People`: two classes, no rules, nothing issued."""


@pytest.fixture(scope="session")
def people(session_chain: DevelopmentChain) -> People:
    """Give everybody a funded account of the chain."""
    names = People.__dataclass_fields__
    return People(**dict(zip(names, session_chain.accounts, strict=False)))


@pytest.fixture(scope="session")
def session_suite(session_chain: DevelopmentChain, people: People) -> Suite:
    """Deploy :data:`PLAN` once and register the investors; use :func:`suite` in tests."""
    return deployed_suite(session_chain, people)


def deployed_suite(chain: DevelopmentChain, people: People) -> Suite:
    """Deploy :data:`PLAN` by the code that deploys for real, and register the investors: a suite of one's own, to add contracts to."""
    from tokenkit.deploy import deploy  # noqa: PLC0415 - as above
    from tokenkit.plan import Plan  # noqa: PLC0415
    from tokenkit.registry import Facts  # noqa: PLC0415
    from tokenkit.suite import Suite  # noqa: PLC0415

    addresses = {name: getattr(people, name).address for name in People.__dataclass_fields__}
    record = deploy(Plan.parse(PLAN.format(**addresses), file="tokenkit.testing.PLAN"), chain, people.deployer)
    suite = Suite.open(record, chain)
    kyc, accredited = 0b01, 0b10
    rows = [
        (people.ana.address, Facts(country=756, claims=kyc)),
        (people.ben.address, Facts(country=276, claims=kyc)),
        (people.chloe.address, Facts(country=250, claims=kyc)),
        (people.dora.address, Facts(country=840, claims=kyc | accredited)),
        (people.emil.address, Facts(country=840, claims=kyc)),
    ]
    for operation in suite.registry.register_many(rows, sender=people.registrar.address):
        operation.send(people.registrar)
    return suite


@pytest.fixture
def suite(session_suite: Suite, chain: DevelopmentChain) -> Suite:  # noqa: ARG001 - its snapshot undoes what the test does
    """Give a deployed suite of two classes, ``ORD`` and ``PREF``; whatever the test does to it is undone."""
    return session_suite


class Refusal:
    """What :func:`reverts` caught."""

    error: TokenkitError


@contextmanager
def reverts(kind: type[TokenkitError], **fields: object) -> Iterator[Refusal]:
    """Expect the body to be refused with an error of exactly this *kind* that carries these *fields*.

    Raises:
        AssertionError: nothing was refused, or something else, or with other values.
    """
    if issubclass(kind, Reverted) and not set(fields) <= set(kind.field_names):
        raise AssertionError(f"{kind.__name__} has the fields {kind.field_names}, not all of {tuple(fields)}.")
    refusal = Refusal()
    try:
        yield refusal
    except TokenkitError as error:
        if type(error) is not kind:
            raise AssertionError(f"Expected {kind.__name__}, got {type(error).__name__}: {error}") from error
        actual = {name: getattr(error, name, None) for name in fields}
        if actual != fields:
            raise AssertionError(f"{kind.__name__} carries {actual}, expected {fields}.") from error
        refusal.error = error
    else:
        raise AssertionError(f"Expected {kind.__name__}, but nothing was refused.")


def next_transaction_at(chain: DevelopmentChain, second: int) -> None:
    """Travel so that the next transaction is in a block with the timestamp *second*, not one later."""
    chain.travel(to=second - 1)


@contextmanager
def _anvil() -> Iterator[DevelopmentChain]:
    from tokenkit.chain import AnvilChain, AnvilNode  # noqa: PLC0415 - as above

    try:
        node = AnvilNode()
    except NodeUnavailable as absent:
        pytest.skip(str(absent))
    with node:
        yield AnvilChain(node.url)
