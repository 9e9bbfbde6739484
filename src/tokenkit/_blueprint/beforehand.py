"""What is looked up before a deployment begins, because a step would only fail on it when much is deployed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._keccak import keccak
from tokenkit.errors import DeployError, Reverted
from tokenkit.types import from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import Chain
    from tokenkit.plan import Plan
    from tokenkit.types import Address


def refuse_in_vain(plan: Plan, chain: Chain) -> None:
    """Refuse a plan that cannot be deployed on this chain as it is now.

    Raises:
        DeployError: a time has passed already, or a contract that the plan counts on is not there.
    """
    now = chain.now()
    over = [f"{what} ends {from_unix(until):%Y-%m-%d}" for what, until in _times(plan) if until <= now]
    if over:
        raise DeployError(
            f"On this chain it is {from_unix(now):%Y-%m-%d} already: {'; '.join(over)}. Give times that lie ahead, or remove these rules."
        )
    missing = list(_missing(plan, chain))
    if missing:
        raise DeployError(f"On this chain there is {', and '.join(missing)}. Correct the plan, or the chain.")


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


def _missing(plan: Plan, chain: Chain) -> Iterator[str]:
    """Name the contracts of others that the suite is to ask and that are not there."""
    for issuer in dict.fromkeys(source.issuer for source in plan.onchain_ids.sources) if plan.onchain_ids else ():
        if not chain.code(issuer):
            yield f"no claim issuer at {issuer}"
    for oracle in dict.fromkeys(one.rules.sanctions.oracle for one in plan.classes if one.rules.sanctions):
        if not _answers(chain, oracle):
            yield f"no sanctions oracle at {oracle}"


def _answers(chain: Chain, oracle: Address) -> bool:
    """Ask an oracle about nobody, as the rule will before it takes it."""
    try:
        answer = chain.call(oracle, keccak(b"isSanctioned(address)")[:4] + bytes(32))
    except Reverted:
        return False
    return len(answer) >= 32 and int.from_bytes(answer[:32], "big") < 2
