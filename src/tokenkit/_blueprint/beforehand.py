"""What is looked up before a deployment begins, because a step would only fail on it when much is deployed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.errors import DeployError
from tokenkit.types import from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import Chain
    from tokenkit.plan import Plan
    from tokenkit.types import Address


def refuse_in_vain(plan: Plan, chain: Chain) -> None:
    """Refuse a plan that cannot be deployed on this chain as it is now.

    Raises:
        DeployError: a time has passed already, or there is no contract where the plan counts on one.
    """
    now = chain.now()
    over = [f"{what} ends {from_unix(until):%Y-%m-%d}" for what, until in _times(plan) if until <= now]
    if over:
        raise DeployError(
            f"On this chain it is {from_unix(now):%Y-%m-%d} already: {'; '.join(over)}. Give times that lie ahead, or remove these rules."
        )
    missing = [f"{what} {address}" for what, address in _others(plan) if not chain.code(address)]
    if missing:
        raise DeployError(
            f"On this chain there is no contract at the address of {' and of '.join(missing)}. Correct the plan, or the chain."
        )


def _times(plan: Plan) -> Iterator[tuple[str, int]]:
    for one in plan.classes:
        for lockup in one.rules.lockups:
            yield f"the lockup of {lockup.wallet} in {one.symbol}", lockup.until
    for one in plan.classes:
        if one.rules.flow_back:
            yield f"the flow-back block of {one.symbol}", one.rules.flow_back.until
        for blackout in one.rules.trading_hours.blackouts if one.rules.trading_hours else ():
            if blackout.every_days is None:
                yield f"a blackout of {one.symbol}", blackout.ends


def _others(plan: Plan) -> Iterator[tuple[str, Address]]:
    """List the contracts of others that the suite asks."""
    for issuer in dict.fromkeys(source.issuer for source in plan.onchain_ids.sources) if plan.onchain_ids else ():
        yield "the claim issuer", issuer
    for oracle in dict.fromkeys(one.rules.sanctions.oracle for one in plan.classes if one.rules.sanctions):
        yield "the sanctions oracle", oracle
