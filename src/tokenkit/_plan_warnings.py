"""What a plan leaves undone over all its classes: it can be deployed, and is hardly meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._ruleset_findings import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit._ruleset_findings import Finding
    from tokenkit.plan import Plan

_NEEDED = {
    "issuer": "Nobody can issue shares, schedule record dates or keep documents",
    "registrar": "Nobody can register investors by hand",
    "compliance": "Nobody can change terms or rules, put limits in force after a count, or pause",
}


def unstaffed(plan: Plan) -> Iterator[Finding]:
    """Find offices that somebody has to hold and that nobody does."""
    needed = _NEEDED | ({"paying_agent": "Nobody can declare a payout"} if plan.payouts else {})
    for name, what in needed.items():
        if not getattr(plan.roles, name).holders:
            remedy = f"Give holders under [roles.{name}], or let the admin grant the office later."
            yield warning(f"roles.{name}", f"{what}: the office has no holder.", remedy)
