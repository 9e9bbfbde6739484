"""Measure what tokenkit's operations cost in gas, beside OpenZeppelin's ERC-20 in the same run.

::

python scripts/gas.py            measure, write docs/gas.md and tests/gas.json; fail if a bound is not kept
python scripts/gas.py --check    measure, print what differs from tests/gas.json; fail on a difference or a bound not kept
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _gas.bounds import BASELINE, TABLE
from _gas.rules import MOVES, RULES, Rule
from _gas.scene import Scene

if TYPE_CHECKING:
    from _gas.bound import Bound

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "tests" / "gas.json"
PAGE = ROOT / "docs" / "gas.md"

_INTRODUCTION = """\
# Gas

Written by `make gas`; do not edit. Receipt gas (intrinsic, calldata and execution, less refunds) on py-evm (Prague), contracts built with the
committed settings. Gas is deterministic: the same code gives the same figures on every machine. Amounts are 1,000 units unless the row says
otherwise; no balance goes to zero; office holders act through the AccessManager. "Each of 100" is a whole transaction divided by 100. The suite deployed
here has a small plan; one with more offices, rules and documents, as in the demo, costs more to deploy.

The 4 rules: holding cap (units and share), investor limit, lockup, flow-back. The eight commonest: holding cap (units), investors in all, per country and per
group, lockup, holding period, flow-back, deny list.

Payouts here are in an ERC-20, in total, without exclusions, document, tax, or a payee named, declared after their record date, unless the row says otherwise. Claims are not the
first of their payout, and but for the first two rows their holder claimed before. "Known" has some of the coin already. Meetings are of one class, called plainly after
their record date, and resolutions are motions that are all voted for, unless the row says otherwise; a ballot is never the first of its meeting but where that is the row. "In all" is a whole transaction.

Bounds and aims were set before the contracts were written; `make gas` fails above a bound. Peers were measured by us once, on anvil (Prague), with amounts of 10^18 and each with its own
compiler settings: CMTAT 3.1 (its allowlist variant; or with RuleEngine 3.0.0-rc0 and so many rules; or with SnapshotEngine 0.3 and no rule), T-REX 4.1.6 (without compliance
modules unless named), Polymath 3.0 (declaring takes the snapshot), IncomeVault 1.0 on CMTAT 2.4 without rules, OpenZeppelin 5.7. Of these, SnapshotEngine, IncomeVault and Governor check no identity.

| operation | gas | × OpenZeppelin | must be at most | aim | peers |
|---|---:|---:|---:|---:|---|
"""

_ABOVE = """
## Above the aim

Within their bounds, but above what was aimed at, and what the gas goes into. The aims lie near the cost of a contract made for the measurement, with
no offices, reasons, explanations and standard faces.

"""

_RULES = """
## What each rule adds

Gas on top of the same movement under a rulebook with no rule on (first row: what that costs). One rule at a time, German investors, two holders.
"First" is the first transfer after the rule was switched on, "steady" the next one, "to a new holder" brings in an investor, "issue" issues to
one. A refund can make a figure negative. External rules are contracts of their own; the others are the rulebook's. Off, a rule costs nothing.

| rule | first transfer | steady transfer | to a new holder | issue to a new holder |
|---|---:|---:|---:|---:|
"""


def main() -> int:
    """Measure, then write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    check = parser.parse_args().check
    gas = Scene(ROOT / "tests" / "artifacts").play()
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    exceeded = [bound for bound in TABLE if (most := bound.most(gas[BASELINE])) is not None and gas[bound.key] > most]
    for bound in TABLE:
        print(_line(bound, gas, known, exceeded=bound in exceeded))
    changed = {key for key in gas.keys() | known.keys() if gas.get(key) != known.get(key)}
    if not check:
        FIGURES.write_text(json.dumps(gas, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        PAGE.write_text(_page(gas), encoding="utf-8")
    print(
        f"\n{len(exceeded)} of {sum(bound.limit is not None for bound in TABLE)} bounds exceeded; {len(changed)} figures changed."
    )
    if check and changed:
        print("Run `make gas`, look at the difference, and commit it with the change that caused it.")
    return 1 if exceeded or (check and changed) else 0


def _page(gas: dict[str, int]) -> str:
    above = [bound for bound in TABLE if (aim := bound.hoped(gas[BASELINE])) is not None and gas[bound.key] > aim]
    return (
        _INTRODUCTION
        + "".join(_row(bound, gas) for bound in TABLE)
        + (_ABOVE + "".join(_excess(bound, gas) for bound in above) if above else "")
        + _RULES
        + "".join(_rule_row(rule, gas) for rule in RULES)
    )


def _line(bound: Bound, gas: dict[str, int], known: dict[str, int], *, exceeded: bool) -> str:
    most, before = bound.most(gas[BASELINE]), known.get(bound.key)
    parts = [f"{bound.label:<45}{gas[bound.key]:>12,}", f"{gas[bound.key] / gas[BASELINE]:7.2f} ×"]
    if most is not None:
        parts.append(f"at most {most:>9,}")
    if exceeded:
        parts.append("EXCEEDED")
    if before is not None and before != gas[bound.key]:
        parts.append(f"was {before:,} ({gas[bound.key] - before:+,})")
    return "  ".join(parts)


def _row(bound: Bound, gas: dict[str, int]) -> str:
    def shown(figure: float | None) -> str:
        return "" if figure is None else f"{figure:.2f} × OZ" if bound.relative else f"{int(figure):,}"

    cost = gas[bound.key]
    return (
        f"| {bound.label} | {cost:,} | {cost / gas[BASELINE]:.2f} | {shown(bound.limit)} | {shown(bound.aim)} "
        f"| {bound.peers} |\n"
    )


def _excess(bound: Bound, gas: dict[str, int]) -> str:
    excess = gas[bound.key] - (bound.hoped(gas[BASELINE]) or 0)
    return f"- {bound.label}: {excess:,} more{f'. {bound.above[0].upper()}{bound.above[1:]}' if bound.above else ''}.\n"


def _rule_row(rule: Rule, gas: dict[str, int]) -> str:
    costs = [gas[f"rule_{rule.key}_{move}"] for move in MOVES]
    if rule is not RULES[0]:
        costs = [cost - gas[f"rule_{RULES[0].key}_{move}"] for cost, move in zip(costs, MOVES, strict=True)]
    return f"| {rule.label} | " + " | ".join(f"{cost:,}" for cost in costs) + " |\n"


if __name__ == "__main__":
    sys.exit(main())
