"""Write docs/regimes.md from the catalogue of regimes and the Howey questions, or check that it is current.

::

python scripts/regimes.py            write docs/regimes.md
python scripts/regimes.py --check    fail if it is not what the catalogue gives
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from _pages import write_or_check
from tokenkit.regimes import Kind, Regime, Selection, apply, catalogue, howey
from tokenkit.ruleset import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tokenkit.regimes import Source
    from tokenkit.ruleset import Requirements

PAGE = Path(__file__).resolve().parents[1] / "docs" / "regimes.md"

INTRODUCTION = """\
# Regimes: securities law as terms and rules

Written by `scripts/regimes.py` from `src/tokenkit/regimes/`. **Not legal advice.** A regime puts into terms and rules what a contract can
enforce of a law, and says what it leaves out. Whether a law applies, and whether an offering meets it, is for the issuer and its counsel.

A regime is a function: the plan's claims and the facts of the offering in, terms and rules out. Several are applied together: countries
that all admit, claims that any asks, the stricter of every figure. A US exemption beside Regulation S is told of it: then the exemption is
about US persons, and Regulation S about everybody else and about what flows back. What cannot be met together, or needs more than the contracts
have room for, is refused before anything is sent.

What is the same for all:

- Claims are facts that a provider attests. The chain knows the attestation, not the fact; its quality and its end are the provider's.
- Limits count holders at this moment, and all wallets of one investor as one. Laws often count offerees, or purchasers over a time.
- Periods are the longest that a calendar has: six months are 184 days, one year 366, so that no lock ends too early. Where a closing date is
  given, the calendar is used.
- Laws look at who acquires. Whether a holder whose attestation ended may still sell is the issuer's choice (`lapsed_may_sell`).
- Redemption and transfers by order are never refused by a rule: they are for court orders, inheritance and mistakes.
"""

_CLAIMS = {
    name: bit
    for bit, name in enumerate(
        ("kyc", "accredited", "qualified", "affiliate", "relevant_person", "family", "sophisticated")
    )
}

_TOGETHER = (
    Selection(regime="reg-d-506c"),
    Selection(regime="reg-s", values={"home": "US", "category": 3, "closes": "2027-01-31"}),
    Selection(regime="us-12g"),
)


def page() -> str:
    """Write the page."""
    parts = [INTRODUCTION, "| regime | | where |", "|---|---|---|"]
    parts += [f"| [`{one.id}`](#{one.id}) | {one.title} | {one.jurisdiction} |" for one in catalogue()]
    parts.append(
        "\nWhether there is a security at all is another question, and no regime: [`tokenkit regime howey`](#howey) asks what a court would ask.\n"
    )
    for regime in catalogue():
        parts += _regime(regime)
    parts += _together(apply(_TOGETHER, claims=_CLAIMS))
    parts += _howey()
    return "\n".join(parts)


def _regime(regime: Regime) -> Iterator[str]:
    yield f"## {regime.id}\n\n{regime.title}. {regime.jurisdiction}.\n"
    yield "Covers:\n"
    yield _bullets(regime.covers)
    yield "Does not cover:\n"
    yield _bullets(regime.does_not_cover)
    if regime.parameters:
        yield "| to be told | | what |\n|---|---|---|"
        for one in regime.parameters:
            need = "needed" if one.needed else _default(one.kind, one.default)
            yield f"| `{one.name}` | {need} | {one.text} ({one.kind}) |"
        yield ""
    told = ", ".join(f"{name} = {_shown(value)}" for name, value in regime.example.items())
    yield f"Asked for{f' with {told}' if told else ''}:\n"
    requirements = regime.require(_CLAIMS, regime.example)
    yield _bullets(describe(requirements, _CLAIMS))
    yield "Notes:\n"
    yield _bullets(requirements.notes)
    yield "Sources:\n"
    yield _bullets(_sources(regime.sources))


def _together(requirements: Requirements) -> Iterator[str]:
    yield f"## Together: {' + '.join(requirements.regimes)}\n"
    yield "The usual offering to accredited investors in the United States and to anybody elsewhere:\n"
    yield _bullets(describe(requirements, _CLAIMS))


def _howey() -> Iterator[str]:
    yield "## howey\n"
    yield "A questionnaire about an offering in the United States: it sets no terms and no rules, and cannot be applied to a class.\n"
    yield f"{howey.NOT_ADVICE}\n"
    yield (
        "Questions are answered yes, no or unknown, with the facts. A prong is likely met if a fact points towards it and none of those that\n"
        "point away is present or unknown; unlikely, if every fact that would point towards it is absent. All else cannot be said. All four are needed.\n"
    )
    for prong, group in groupby(howey.questions(), key=lambda question: question.prong):
        yield f"### {prong or 'Before'}\n\n| id | question | a yes points |\n|---|---|---|"
        yield from (f"| `{one.id}` | {one.text} {one.why} | {one.points} |" for one in group)
        yield ""
    yield "Sources:\n"
    yield _bullets(_sources(howey.SOURCES))


def _sources(sources: Iterable[Source]) -> Iterator[str]:
    for one in sources:
        yield f"{one.law}, {one.section}: {one.title} (looked up on {one.read.isoformat()}). {one.note}"


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences) + "\n"


def _default(kind: Kind, default: object) -> str:
    if default is None or kind is Kind.COUNTRIES:
        return ""
    return f"`{_shown(default)}`"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    return write_or_check(arguments, what=__doc__, path=PAGE, page=page)


if __name__ == "__main__":
    sys.exit(main())
