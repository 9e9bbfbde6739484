"""Write docs/restrictions.md from the catalogue of restrictions, or check that it is current.

::

python scripts/restrictions.py            write docs/restrictions.md
python scripts/restrictions.py --check    fail if it is not what the catalogue gives
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from string import Formatter

from _pages import write_or_check
from tokenkit.restrictions import EXTERNAL_CODES, Restriction, template

PAGE = Path(__file__).resolve().parents[1] / "docs" / "restrictions.md"

INTRODUCTION = """\
# Restrictions: why a movement is refused

Written by `scripts/restrictions.py` from `src/tokenkit/restrictions.py`; a test compares its codes with `contracts/types/Verdict.sol`.

The code is what `TransferRestricted(code, account, limit, actual)` and ERC-1404's `detectTransferRestriction` carry. Numbers are never reused.
`tokenkit explain`, `transfer` and `issue` list every reason at once, with the largest amount that would pass and the earliest time;
`Transfers.explain` returns the same. `account` is whom the restriction is about, `limit` and `actual` are its figures, in units unless the
sentence says otherwise.
"""

_HEADINGS = {
    0: "The token itself",
    11: "The sender is not admitted",
    21: "The receiver is not admitted",
    40: "The rulebook",
    200: "Rules that are contracts of their own",
}

_WORDS = {
    "account": "*account*",
    "limit": "*limit*",
    "actual": "*actual*",
    "count_limit": "*limit*",
    "count_actual": "*actual*",
    "country_limit": "*country limit*",
    "country_actual": "*country actual*",
    "limit_time": "*time limit*",
    "lacking": "*the claims that are missing*",
    "until": " until *time*",
    "code": "*code*",
}


def page() -> str:
    """Write the page."""
    parts = [INTRODUCTION]
    for start, group in groupby(Restriction, key=_heading):
        parts += [f"## {_HEADINGS[start]}\n", "| code | name | sentence |\n|---|---|---|"]
        parts += [f"| {int(each)} | `{each.name}` | {_sentence(int(each))} |" for each in group]
        if start == Restriction.EXTERNAL_RULE:
            first, last = max(Restriction) + 1, EXTERNAL_CODES[-1]
            parts.append(f"| {first} … {last} | others' | {_sentence(first)} |")
        parts.append("")
    return "\n".join(parts)


def _heading(code: int) -> int:
    return max(start for start in _HEADINGS if start <= code)


def _sentence(code: int) -> str:
    words = (
        text + (_WORDS[field] if field is not None else "") for text, field, _, _ in Formatter().parse(template(code))
    )
    return "".join(words)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    return write_or_check(arguments, what=__doc__, path=PAGE, page=page)


if __name__ == "__main__":
    sys.exit(main())
