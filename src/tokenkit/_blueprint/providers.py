"""Who attests: the providers of the registry, and the contracts that write to it what providers signed or claim issuers stand by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tokenkit._blueprint.site import Act, Creation, Expectation
from tokenkit._plan_providers import ONCHAIN_IDS_PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit._blueprint.site import Site
    from tokenkit._plan_providers import ClaimSource, OnchainIds
    from tokenkit.plan import Plan
    from tokenkit.types import Address

ATTESTATIONS: Final = "attestations"
ADAPTER: Final = "ONCHAINID adapter"
"""Contracts of the suite, by name; both are registrars, without delay."""


def names(plan: Plan) -> tuple[str, ...]:
    """Name the contracts that write to the registry."""
    return ((ATTESTATIONS,) if plan.attestations else ()) + ((ADAPTER,) if plan.onchain_ids else ())


def creations(plan: Plan) -> Iterator[Creation]:
    """Create the contracts that write to the registry."""
    artifacts = {ATTESTATIONS: "Attestations", ADAPTER: "OnchainIdAdapter"}
    for name in names(plan):
        yield Creation(
            contract=name,
            artifact=artifacts[name],
            args=lambda site: [site.address("manager"), site.address("registry")],
        )


def acts(plan: Plan) -> Iterator[Act]:
    """Add the providers, in the order of the plan: the order gives each its index; then say whose claims count as what."""
    for index in range(1, len(plan.provider_names)):
        yield Act(
            name=f"add provider {plan.provider_names[index]}",
            contract="registry",
            data=partial(_provider_data, plan, index),
            expect=partial(_provider, plan, index),
        )
    if plan.onchain_ids:
        for source in plan.onchain_ids.sources:
            yield Act(
                name=f"count claims of {source.issuer} about topic {source.topic}",
                contract=ADAPTER,
                data=partial(_source_data, plan, source),
                expect=partial(_counted, plan, source),
            )
        yield Act(
            name="serve investors by their ONCHAINIDs",
            contract=ADAPTER,
            data=partial(_validity_data, plan, plan.onchain_ids),
            expect=lambda _: (_validity(plan, plan.onchain_ids),) if plan.onchain_ids else (),
        )


def expectations(plan: Plan, site: Site) -> Iterator[Expectation]:
    """Expect the providers of the plan and no others, and of claims on ONCHAINIDs those that the plan counts."""
    yield Expectation(
        area="parameters",
        subject="registry: number of providers",
        contract="registry",
        function="providerCount",
        expected=len(plan.provider_names),
    )
    for index in range(1, len(plan.provider_names)):
        yield from _provider(plan, index, site)
    if plan.onchain_ids:
        yield _sources(plan, plan.onchain_ids)
        yield Expectation(
            area="parameters",
            subject=f"{ADAPTER}: claims that follow ONCHAINIDs",
            contract=ADAPTER,
            function="claimMask",
            expected=plan.claim_mask(source.claim for source in plan.onchain_ids.sources),
            words=lambda mask: f"bits {mask:b}",
        )
        yield _validity(plan, plan.onchain_ids)


def wiring(plan: Plan, site: Site) -> Iterator[Expectation]:
    """Expect the contracts that write to the registry to know which."""
    for name in names(plan):
        yield Expectation(
            area="wiring",
            subject=f"{name}: registry",
            contract=name,
            function="registry",
            expected=site.address("registry"),
        )


def _account(plan: Plan, index: int, site: Site) -> Address:
    return plan.providers[index - 1].account if index <= len(plan.providers) else site.address(ADAPTER)


def _provider(plan: Plan, index: int, site: Site) -> tuple[Expectation, ...]:
    return (
        Expectation(
            area="parameters",
            subject=f"registry: provider {index} ({plan.provider_names[index]})",
            contract="registry",
            function="providerAt",
            args=[index],
            expected=(_account(plan, index, site), True),
            words=lambda answer: f"{answer[0]}, {'active' if answer[1] else 'revoked'}",
        ),
    )


def _key(plan: Plan, source: ClaimSource) -> tuple[Address, int, int]:
    return source.issuer, source.topic, plan.claims[source.claim]


def _counted(plan: Plan, source: ClaimSource, _: Site) -> tuple[Expectation, ...]:
    return (
        Expectation(
            area="parameters",
            subject=f"{ADAPTER}: topic {source.topic} of {source.issuer}",
            contract=ADAPTER,
            function="sources",
            expected=True,
            pick=lambda found: _key(plan, source) in _keys(found),
        ),
    )


def _sources(plan: Plan, wished: OnchainIds) -> Expectation:
    names = {bit: name for name, bit in plan.claims.items()}
    return Expectation(
        area="parameters",
        subject=f"{ADAPTER}: sources",
        contract=ADAPTER,
        function="sources",
        expected=frozenset(_key(plan, source) for source in wished.sources),
        pick=_keys,
        words=lambda found: (
            "; ".join(
                f"topic {topic} of {issuer} as {names.get(bit, f'claim {bit}')}" for issuer, topic, bit in sorted(found)
            )
            or "none"
        ),
    )


def _keys(found: list[dict[str, object]]) -> frozenset[tuple[object, ...]]:
    return frozenset((one["issuer"], one["topic"], one["claim"]) for one in found)


def _validity(plan: Plan, wished: OnchainIds) -> Expectation:
    return Expectation(
        area="parameters",
        subject=f"{ADAPTER}: whom it serves, and for how long",
        contract=ADAPTER,
        function="validity",
        expected=(plan.provider_names.index(ONCHAIN_IDS_PROVIDER), wished.max_age),
        words=lambda found: f"investors of provider {found[0]}, for {found[1]} seconds",
    )


def _provider_data(plan: Plan, index: int, site: Site) -> bytes:
    return site.call_data("registry", "addProvider", _account(plan, index, site), plan.provider_names[index])


def _source_data(plan: Plan, source: ClaimSource, site: Site) -> bytes:
    return site.call_data(ADAPTER, "setSource", *_key(plan, source))


def _validity_data(plan: Plan, wished: OnchainIds, site: Site) -> bytes:
    index = plan.provider_names.index(ONCHAIN_IDS_PROVIDER)
    return site.call_data(ADAPTER, "setValidity", index, wished.max_age)
