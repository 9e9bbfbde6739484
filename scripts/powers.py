"""Write docs/powers.md from the one table of powers, or check that it is current.

::

python scripts/powers.py            write docs/powers.md
python scripts/powers.py --check    fail if it is not what the table gives
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from _pages import write_or_check
from tokenkit.powers import POWERS, SELF_GUARDED, UNRESTRICTED, Power, Role

PAGE = Path(__file__).resolve().parents[1] / "docs" / "powers.md"

INTRODUCTION = """\
# Powers: who may do what

Written by `scripts/powers.py` from `src/tokenkit/powers.py`, the table that `deploy` hands out, `verify` checks and the tests try,
function by function and role by role.

Powers are held in one OpenZeppelin AccessManager per issuer. A role may have several holders, a delay (an act is scheduled first, for all
to see, and done later) and guardians (who may cancel it meanwhile). Who holds what stands in the plan.

- **The admin** grants and revokes roles and says which role may call what. It cannot move units, admit anybody or change a rule without
  taking a role first, which shows in an event. Give it a delay.
- **Nobody**: the standard faces do, without a reason and a document, what other powers do with them. Unless the plan says
  `standard_faces = true` they belong to a role without members.
- With `erc3643_agents = true` the tokens themselves are agent admins, so that `addAgent` can grant the issuer and enforcement roles; the
  admin is an agent admin as well.
- `register` and `registerBatch` let every holder of the registrar role in who has no delay, whatever the AccessManager maps them to, and
  even where it has closed the registry: that saves gas for each investor. To stop a registrar, take the role away.
- The deployer is the admin while it deploys, and nothing in the end, unless the plan names it.
"""


def page() -> str:
    """Write the page."""
    parts = [INTRODUCTION, "## Roles\n", "| number | role | may |\n|---|---|---|"]
    parts += [f"| {int(role)} | {role.label} | {_summary(role)} |" for role in Role]
    for contract, powers in groupby(POWERS, key=lambda power: power.contract):
        parts += [f"\n## {contract}\n", "| function | role | what it does |\n|---|---|---|"]
        parts += [_row(power) for power in powers]
        parts += ["\nNot restricted, and why that does no harm:\n"]
        parts += [
            f"- `{one.signature.partition('(')[0]}`: {one.reason}" for one in UNRESTRICTED if one.contract == contract
        ]
    parts += ["\n## Other contracts\n", *(f"- **{name}**: {reason}" for name, reason in SELF_GUARDED.items())]
    return "\n".join(parts) + "\n"


def _row(power: Power) -> str:
    role = f"{power.role.label} (standard face)" if power.standard_face else power.role.label
    return f"| `{power.signature.partition('(')[0]}` | {role} | {power.sentence} |"


def _summary(role: Role) -> str:
    if role.name.endswith("_GUARDIAN"):
        also = any(power.role is role for power in POWERS)
        return "cancel what that office has scheduled" + (", and what resolutions would execute" if also else "")
    if role is Role.NOBODY:
        return "nothing: it has no members"
    if role is Role.AGENT_ADMIN:
        return "grant and revoke the issuer and enforcement roles"
    own_powers = [power for power in POWERS if power.role is role and not power.standard_face]
    named = dict.fromkeys(f"`{power.signature.partition('(')[0]}`" for power in own_powers)
    own = ["grant and revoke roles, and say which role may call what"] if role is Role.ADMIN else []
    return "; ".join([*own, ", ".join(named)])


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    return write_or_check(arguments, what=__doc__, path=PAGE, page=page)


if __name__ == "__main__":
    sys.exit(main())
