"""What a plan means on a chain: the contracts to create and the acts to send, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._blueprint import contracts, providers, settings
from tokenkit._blueprint import expectations as expect
from tokenkit._blueprint import offices as powers
from tokenkit._blueprint.site import (
    MEETINGS,
    MEETINGS_OFFICE_CODE,
    OFFICE_CODE,
    OFFICE_OF,
    PAYOUTS,
    PAYOUTS_OFFICE_CODE,
    RULEBOOK,
    RULEBOOK_OFFICE_CODE,
    SHARE_CLASS,
    Act,
    Creation,
    Part,
)
from tokenkit.artifacts import load
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit._blueprint.site import Site
    from tokenkit.plan import Plan, ShareClass

OFFICE = OFFICE_OF[SHARE_CLASS]
"""The code that all classes share for what office holders do."""

RULEBOOK_OFFICE = OFFICE_OF[RULEBOOK]
"""The code that the rulebook runs for what officers set and readers ask."""

PAYOUTS_OFFICE = OFFICE_OF[PAYOUTS]
"""The code that the payouts run for what is seldom done."""

MEETINGS_OFFICE = OFFICE_OF[MEETINGS]
"""The code that the meetings run for all but plain ballots."""

IMPLEMENTATION = "token implementation"
"""The code that all upgradeable classes share."""


def parts(plan: Plan) -> Iterator[Part]:
    """List every step of deploying *plan*. Until the last but one the deployer is the admin, so nothing is granted to it and taken back."""
    yield from _creations(plan)
    for one in plan.classes:
        yield from _wiring(one)
    yield from providers.acts(plan)
    for one in plan.classes:
        yield from settings.class_acts(plan, one)
    yield from settings.issuer_acts(plan)
    yield from powers.acts(plan)


def contract_names(plan: Plan) -> tuple[str, ...]:
    """Name every contract of the suite."""
    return tuple(one.contract for one in _creations(plan))


def artifact_names(plan: Plan) -> tuple[str, ...]:
    """Name every artifact that a suite is built from."""
    return tuple(sorted({one.artifact for one in _creations(plan)} | {one.created for one in _creations(plan)}))


def creation_of(plan: Plan, name: str) -> Creation:
    """Find how a contract of the suite is created."""
    return next(one for one in _creations(plan) if one.contract == name)


def _creations(plan: Plan) -> Iterator[Creation]:
    yield Creation(contract="manager", artifact="AccessManager", args=lambda site: [site.record.deployer])
    yield Creation(contract="registry", artifact="IdentityRegistry", args=_authority)
    yield from providers.creations(plan)
    yield Creation(contract=RULEBOOK_OFFICE, artifact=RULEBOOK_OFFICE_CODE, args=lambda _: [])
    yield Creation(
        contract="rulebook",
        artifact=RULEBOOK,
        args=lambda site: [site.address("manager"), site.address(RULEBOOK_OFFICE)],
    )
    yield from contracts.creations(plan)
    yield Creation(contract=OFFICE, artifact=OFFICE_CODE, args=lambda _: [])
    if any(one.upgradeable for one in plan.classes):
        yield Creation(contract=IMPLEMENTATION, artifact=SHARE_CLASS, args=_implementation_args)
    for one in plan.classes:
        yield _proxy(plan, one) if one.upgradeable else _plain(plan, one)
    if plan.payouts:
        yield Creation(contract=PAYOUTS_OFFICE, artifact=PAYOUTS_OFFICE_CODE, args=lambda _: [])
        yield Creation(
            contract="payouts",
            artifact=PAYOUTS,
            args=lambda site: [site.address("manager"), site.address(PAYOUTS_OFFICE)],
        )
        yield Creation(contract="merkle payouts", artifact="MerklePayouts", args=_authority)
    if plan.meetings:
        yield Creation(contract=MEETINGS_OFFICE, artifact=MEETINGS_OFFICE_CODE, args=lambda _: [])
        yield Creation(
            contract="meetings",
            artifact=MEETINGS,
            args=lambda site: [site.address("manager"), site.address(MEETINGS_OFFICE)],
        )


def _plain(plan: Plan, one: ShareClass) -> Creation:
    return Creation(
        contract=f"token {one.symbol}",
        artifact=SHARE_CLASS,
        args=lambda site: [_setup(plan, one, site), True, site.address(OFFICE)],
    )


def _proxy(plan: Plan, one: ShareClass) -> Creation:
    def args(site: Site) -> list[object]:
        initialize = load(SHARE_CLASS).encode_call("initialize", [_setup(plan, one, site)])
        return [site.address(IMPLEMENTATION), initialize]

    return Creation(contract=f"token {one.symbol}", artifact=SHARE_CLASS, args=args, implementation=IMPLEMENTATION)


def _authority(site: Site) -> list[object]:
    return [site.address("manager")]


def _setup(plan: Plan, one: ShareClass, site: Site) -> Mapping[str, object]:
    return {
        "name": one.name,
        "symbol": one.symbol,
        "decimals": one.decimals,
        "authority": site.address("manager"),
        "onchainID": plan.issuer.onchain_id or ZERO_ADDRESS,
    }


def _implementation_args(site: Site) -> list[object]:
    unused = {"name": "", "symbol": "", "decimals": 0, "authority": site.address("manager"), "onchainID": ZERO_ADDRESS}
    return [unused, False, site.address(OFFICE)]


def _wiring(one: ShareClass) -> Iterator[Act]:
    symbol, token = one.symbol, f"token {one.symbol}"
    yield Act(
        name=f"bind {symbol} to the registry",
        contract="registry",
        data=lambda site: site.call_data("registry", "bindToken", site.token(symbol)),
        expect=lambda site: [expect.bound(site, symbol, "registry")],
    )
    yield Act(
        name=f"bind {symbol} to the rulebook",
        contract="rulebook",
        data=lambda site: site.call_data("rulebook", "bindToken", site.token(symbol)),
        expect=lambda site: [expect.bound(site, symbol, "rulebook")],
    )
    yield Act(
        name=f"point {symbol} at the registry",
        contract=token,
        data=lambda site: site.call_data(token, "setIdentityRegistry", site.address("registry")),
        expect=lambda site: [expect.points_at(site, symbol, "identityRegistry", "registry")],
    )
    yield Act(
        name=f"point {symbol} at the rulebook",
        contract=token,
        data=lambda site: site.call_data(token, "setCompliance", site.address("rulebook")),
        expect=lambda site: [expect.points_at(site, symbol, "compliance", "rulebook")],
    )
