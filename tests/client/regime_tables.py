"""Truth tables of the regimes: a movement and its facts, and what refuses it.

``python -m tests.client.regime_tables`` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.model_requirements import Code, Lot, Move, Person, Request, World, refusals

from tokenkit.countries import parse_country
from tokenkit.regimes import Selection, apply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.ruleset import Requirements

CLAIMS = {
    name: bit for bit, name in enumerate(("kyc", "accredited", "qualified", "affiliate", "relevant_person", "family"))
}

DAY = 86_400
CLOSES = 1_801_353_600
"""2027-01-31 00:00 UTC."""
NOW = CLOSES + 10 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row. People are written as country and claims: ``US accredited``."""

    of: str = ""
    """The sender; empty: an issue."""
    to: str
    """The receiver; empty: a redemption."""
    units: int = 10
    held: int = 100
    """What the sender has."""
    age: int | None = None
    """Seconds since its units were issued; ``None``: before the rule was on."""
    crowd: tuple[tuple[str, int], ...] = ()
    """Other holders, one unit each."""
    now: int = NOW
    sold: int = 0
    """What the sender sold a day ago."""
    asked: tuple[int, bool | None] | None = None
    """Seconds since the company was asked to approve, and its answer."""
    forced: bool = False
    refused_by: tuple[Code, ...] = ()

    @property
    def sentence(self) -> str:
        """The row in words."""
        parts = [f"{self.units} from {self.of or 'the issuer'} to {self.to or 'the issuer'}"]
        parts += [f"{number:,} × {who} hold" for who, number in self.crowd]
        parts += [f"issued {self.age / DAY:g} days ago"] if self.age is not None else []
        parts += [f"day {(self.now - CLOSES) / DAY:g} after closing"] if self.now != NOW else []
        parts += [f"sold {self.sold} yesterday"] if self.sold else []
        parts += [f"asked {self.asked[0] / DAY:g} days ago: {_ANSWERS[self.asked[1]]}"] if self.asked else []
        parts += ["by order"] if self.forced else []
        return ", ".join(parts)


_ANSWERS: Mapping[bool | None, str] = {None: "no answer", True: "approved", False: "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Regimes with their parameters, and the rows."""

    regimes: tuple[Selection, ...]
    cases: tuple[Case, ...] = field(default_factory=tuple)

    def requirements(self) -> Requirements:
        """What the regimes ask for together."""
        return apply(self.regimes, claims=CLAIMS)


def person(words: str) -> Person:
    country, *claims = words.split()
    return Person(parse_country(country).numeric, sum(1 << CLAIMS[claim] for claim in claims))


def judge(requirements: Requirements, case: Case) -> tuple[Code, ...]:
    """What refuses a row's movement."""
    world = World(now=case.now)
    for who, number in case.crowd:
        for at in range(number):
            world.people[f"{who} {at}"] = person(who)
            world.held[f"{who} {at}"] = 1
    if case.of:
        world.people["sender"], world.held["sender"] = person(case.of), case.held
        world.sales.append(("sender", case.now - DAY, case.sold))
        if case.age is not None and requirements.rules.holding_period is not None:
            until = case.now - case.age + requirements.rules.holding_period.seconds
            world.lots["sender"] = [Lot(units=case.held, until=until)]
    if case.to:
        world.people["receiver"] = person(case.to)
    if case.asked is not None:
        ago, answer = case.asked
        world.requests.append(
            Request(source="sender", target="receiver", units=case.units, asked_at=case.now - ago, approved=answer)
        )
    move = Move(
        source="sender" if case.of else None,
        target="receiver" if case.to else None,
        units=case.units,
        forced=case.forced,
    )
    return tuple(refusals(requirements, world, move))


def _regimes(*identifiers: str, **values: Mapping[str, object]) -> tuple[Selection, ...]:
    return tuple(Selection(regime=one, values=values.get(one.replace("-", "_"), {})) for one in identifiers)


_REG_S = {"home": "US", "category": 3, "closes": CLOSES}

TABLES: dict[str, Table] = {
    "reg-d-506b": Table(
        regimes=_regimes("reg-d-506b"),
        cases=(
            Case(to="US accredited"),
            Case(to="US", crowd=(("US", 34),)),
            Case(to="US", crowd=(("US", 35),), refused_by=(Code.GROUP_COUNT,)),
            Case(to="DE", crowd=(("US", 20), ("DE", 15)), refused_by=(Code.GROUP_COUNT,)),
            Case(to="US accredited", crowd=(("US", 35), ("US accredited", 200))),
            Case(of="US accredited", to="US", crowd=(("US", 35),), refused_by=(Code.GROUP_COUNT,)),
            Case(of="US", to="US", held=10, crowd=(("US", 34),)),
            Case(of="US", to="", crowd=(("US", 35),)),
            Case(of="US", to="US", crowd=(("US", 35),), forced=True),
        ),
    ),
    "reg-d-506b-two": Table(
        regimes=_regimes("reg-d-506b", reg_d_506b={"non_accredited": 2}),
        cases=(
            Case(to="US", crowd=(("US", 1),)),
            Case(to="US", crowd=(("US", 1), ("DE", 1)), refused_by=(Code.GROUP_COUNT,)),
            Case(to="US accredited", crowd=(("US", 2), ("DE accredited", 1))),
            Case(of="US accredited", to="DE", crowd=(("US", 2),), refused_by=(Code.GROUP_COUNT,)),
            Case(of="US", to="DE", held=10, crowd=(("US", 1),)),
            Case(of="US", to="DE", held=11, crowd=(("US", 1),), refused_by=(Code.GROUP_COUNT,)),
        ),
    ),
    "reg-d-506b-none": Table(
        regimes=_regimes("reg-d-506b", reg_d_506b={"non_accredited": 0}),
        cases=(
            Case(to="US accredited"),
            Case(to="US", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="CH", refused_by=(Code.RECEIVER_CLAIMS,)),
        ),
    ),
    "reg-d-506c": Table(
        regimes=_regimes("reg-d-506c"),
        cases=(
            Case(to="US accredited"),
            Case(to="US kyc qualified", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="DE", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="DE accredited"),
            Case(of="US accredited", to="US accredited"),
            Case(of="US accredited", to="US", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(of="US", to="US accredited", refused_by=(Code.SENDER_CLAIMS,)),
            Case(of="US", to=""),
        ),
    ),
    "reg-s": Table(
        regimes=_regimes("reg-s", reg_s={"home": "US", "category": 3}),
        cases=(
            Case(to="CH"),
            Case(to="US", refused_by=(Code.RECEIVER_COUNTRY,)),
            Case(to="US accredited", refused_by=(Code.RECEIVER_COUNTRY,)),
            Case(to="PR", refused_by=(Code.RECEIVER_COUNTRY,)),
            Case(of="CH", to="JP"),
            Case(of="CH", to="US accredited", now=CLOSES + 400 * DAY, refused_by=(Code.RECEIVER_COUNTRY,)),
        ),
    ),
    "reg-s-category-3": Table(
        regimes=_regimes("reg-s", reg_s={**_REG_S, "us_persons": True}),
        cases=(
            Case(to="US"),
            Case(of="CH", to="US", refused_by=(Code.FLOW_BACK,)),
            Case(of="CH", to="GU", refused_by=(Code.FLOW_BACK,)),
            Case(of="US", to="CH"),
            Case(of="US", to="US"),
            Case(of="CH", to="US", now=CLOSES + 365 * DAY - 1, refused_by=(Code.FLOW_BACK,)),
            Case(of="CH", to="US", now=CLOSES + 365 * DAY),
            Case(of="CH", to="US", forced=True),
        ),
    ),
    "reg-s-category-3-reporting": Table(
        regimes=_regimes("reg-s", reg_s={**_REG_S, "us_persons": True, "reporting": True}),
        cases=(
            Case(of="CH", to="US", now=CLOSES + 181 * DAY - 1, refused_by=(Code.FLOW_BACK,)),
            Case(of="CH", to="US", now=CLOSES + 181 * DAY),
        ),
    ),
    "reg-s-category-2-debt": Table(
        regimes=_regimes(
            "reg-s", reg_s={"home": "CH", "category": 2, "debt": True, "closes": CLOSES, "us_persons": True}
        ),
        cases=(
            Case(of="CH", to="US", now=CLOSES + 40 * DAY - 1, refused_by=(Code.FLOW_BACK,)),
            Case(of="CH", to="US", now=CLOSES + 40 * DAY),
        ),
    ),
    "reg-s-category-1": Table(
        regimes=_regimes("reg-s", reg_s={"home": "CH", "category": 1, "us_persons": True}),
        cases=(Case(of="CH", to="US", now=CLOSES), Case(of="CH", to="JP")),
    ),
    "reg-cf": Table(
        regimes=_regimes("reg-cf", reg_cf={"home": "US", "family": "family"}),
        cases=(
            Case(to="US"),
            Case(of="US", to="US", age=DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="DE", age=365 * DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US accredited", age=DAY),
            Case(of="US", to="US family", age=DAY),
            Case(of="US", to="", age=DAY),
            Case(of="US", to="US", age=DAY, forced=True),
            Case(of="US", to="US", age=366 * DAY - 1, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US", age=366 * DAY),
            Case(of="US", to="US"),
        ),
    ),
    "reg-a-tier-2": Table(
        regimes=_regimes("reg-a-tier-2", reg_a_tier_2={"home": "CA", "qualified_units": 1_000}),
        cases=(
            Case(to="US", units=900, crowd=(("US", 100),)),
            Case(to="US", units=901, crowd=(("US", 100),), refused_by=(Code.AUTHORISED_SUPPLY,)),
            Case(of="US", to="BR", age=0),
            Case(of="US", to="US", held=5_000),
        ),
    ),
    "us-12g": Table(
        regimes=_regimes("us-12g"),
        cases=(
            Case(to="US", crowd=(("US", 498),)),
            Case(to="US", crowd=(("US", 499),), refused_by=(Code.GROUP_COUNT,)),
            Case(to="CH", crowd=(("US", 499),), refused_by=(Code.GROUP_COUNT,)),
            Case(to="CH accredited", crowd=(("US", 499), ("CH accredited", 1_499))),
            Case(to="CH accredited", crowd=(("US", 499), ("CH accredited", 1_500)), refused_by=(Code.INVESTOR_COUNT,)),
            Case(
                to="US",
                crowd=(("US", 499), ("CH accredited", 1_500)),
                refused_by=(Code.INVESTOR_COUNT, Code.GROUP_COUNT),
            ),
            Case(of="US", to="US", held=10, crowd=(("US", 498),)),
            Case(of="US accredited", to="US", held=10, crowd=(("US", 499),), refused_by=(Code.GROUP_COUNT,)),
        ),
    ),
    "us-12g-bank": Table(
        regimes=_regimes("us-12g", us_12g={"bank": True}),
        cases=(
            Case(to="US", crowd=(("US", 1_998),)),
            Case(to="US accredited", crowd=(("US", 1_999),), refused_by=(Code.INVESTOR_COUNT,)),
        ),
    ),
    "rule-144": Table(
        regimes=_regimes("rule-144"),
        cases=(
            Case(to="US"),
            Case(of="US", to="US", age=365 * DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US accredited", age=DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US", age=366 * DAY),
            Case(of="US affiliate", to="US", held=10, units=10, crowd=(("US", 990),)),
            Case(of="US affiliate", to="US", held=20, units=11, crowd=(("US", 980),), refused_by=(Code.VOLUME,)),
            Case(
                of="US affiliate", to="US", held=20, units=1, sold=10, crowd=(("US", 980),), refused_by=(Code.VOLUME,)
            ),
            Case(of="US", to="US", held=20, units=20, crowd=(("US", 980),)),
            Case(of="US affiliate", to="US", age=0, units=50, refused_by=(Code.HOLDING_PERIOD, Code.VOLUME)),
            Case(of="US", to="", age=0),
        ),
    ),
    "rule-144-reporting": Table(
        regimes=_regimes("rule-144", rule_144={"reporting": True, "private_buyers": "accredited"}),
        cases=(
            Case(of="US", to="US", age=184 * DAY - 1, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US", age=184 * DAY),
            Case(of="US", to="US accredited", age=DAY),
        ),
    ),
    "eu-qualified": Table(
        regimes=_regimes("eu-qualified"),
        cases=(
            Case(to="DE qualified"),
            Case(to="DE", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="NO accredited", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="RE", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="CH"),
            Case(to="GB"),
            Case(of="CH", to="LI", refused_by=(Code.RECEIVER_CLAIMS,)),
        ),
    ),
    "eu-150": Table(
        regimes=_regimes("eu-150", eu_150={"states": "DE, FR"}),
        cases=(
            Case(to="DE", crowd=(("DE", 148),)),
            Case(to="DE", crowd=(("DE", 149),), refused_by=(Code.COUNTRY_COUNT,)),
            Case(to="FR", crowd=(("DE", 149),)),
            Case(to="DE qualified", crowd=(("DE", 149), ("DE qualified", 50))),
            Case(to="IT", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="IT qualified"),
            Case(to="CH", crowd=(("CH", 500),)),
            Case(of="DE", to="DE", held=10, crowd=(("DE", 148),)),
            Case(of="FR", to="DE", held=10, crowd=(("DE", 149),), refused_by=(Code.COUNTRY_COUNT,)),
        ),
    ),
    "ch-vinkulierung": Table(
        regimes=_regimes("ch-vinkulierung", ch_vinkulierung={"free_receivers": "affiliate"}),
        cases=(
            Case(to="CH"),
            Case(of="CH", to="CH", refused_by=(Code.NOT_APPROVED,)),
            Case(of="CH", to="CH", asked=(DAY, True)),
            Case(of="CH", to="CH", asked=(DAY, False), refused_by=(Code.NOT_APPROVED,)),
            Case(of="CH", to="CH", asked=(92 * DAY - 1, None), refused_by=(Code.NOT_APPROVED,)),
            Case(of="CH", to="CH", asked=(92 * DAY, None)),
            Case(of="CH", to="CH", asked=(200 * DAY, False), refused_by=(Code.NOT_APPROVED,)),
            Case(of="CH", to="CH affiliate"),
            Case(of="CH", to="CH", forced=True),
        ),
    ),
    "sg-accredited": Table(
        regimes=_regimes("sg-accredited"),
        cases=(
            Case(to="SG relevant_person"),
            Case(to="SG accredited", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="CH"),
            Case(of="SG relevant_person", to="CH", age=0),
        ),
    ),
    "sg-accredited-only-there": Table(
        regimes=_regimes("sg-accredited", sg_accredited={"offered_only_here": True}),
        cases=(
            Case(of="SG relevant_person", to="SG relevant_person", age=0),
            Case(of="SG relevant_person", to="CH", age=0, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="SG relevant_person", to="SG", age=0, refused_by=(Code.RECEIVER_CLAIMS, Code.HOLDING_PERIOD)),
            Case(of="SG relevant_person", to="CH", age=184 * DAY),
            Case(of="SG relevant_person", to="SG", age=184 * DAY, refused_by=(Code.RECEIVER_CLAIMS,)),
        ),
    ),
    "reg-d-506c + reg-s + us-12g": Table(
        regimes=_regimes("reg-d-506c", "reg-s", "us-12g", reg_s=_REG_S),
        cases=(
            Case(to="US accredited"),
            Case(to="US", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="PR", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="CH"),
            Case(of="CH", to="JP"),
            Case(of="CH", to="US accredited", refused_by=(Code.FLOW_BACK,)),
            Case(of="CH", to="US", refused_by=(Code.RECEIVER_CLAIMS, Code.FLOW_BACK)),
            Case(of="US accredited", to="CH"),
            Case(of="US accredited", to="US accredited"),
            Case(of="CH", to="US accredited", now=CLOSES + 365 * DAY),
            Case(of="CH", to="US", now=CLOSES + 365 * DAY, refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="CH", crowd=(("CH", 499),), refused_by=(Code.GROUP_COUNT,)),
            Case(to="CH accredited", crowd=(("CH", 499),)),
        ),
    ),
    "reg-d-506b + reg-s + rule-144": Table(
        regimes=_regimes("reg-d-506b", "reg-s", "rule-144", reg_s=_REG_S),
        cases=(
            Case(to="US", crowd=(("US", 34), ("CH", 100))),
            Case(to="US", crowd=(("US", 35),), refused_by=(Code.COUNTRY_COUNT,)),
            Case(to="PR", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="PR accredited"),
            Case(to="CH", crowd=(("US", 35),)),
            Case(of="CH", to="CH", age=DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="CH", to="US", age=DAY, refused_by=(Code.FLOW_BACK, Code.HOLDING_PERIOD)),
        ),
    ),
    "reg-s + eu-qualified + sg-accredited": Table(
        regimes=_regimes("reg-s", "eu-qualified", "sg-accredited", reg_s={"home": "SG", "category": 3}),
        cases=(
            Case(to="US accredited", refused_by=(Code.RECEIVER_COUNTRY,)),
            Case(to="DE", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="DE qualified"),
            Case(to="SG qualified", refused_by=(Code.RECEIVER_CLAIMS,)),
            Case(to="SG relevant_person"),
            Case(to="CH"),
        ),
    ),
    "reg-cf + rule-144": Table(
        regimes=_regimes("reg-cf", "rule-144", reg_cf={"home": "US"}),
        cases=(
            Case(of="US", to="US accredited", age=DAY, refused_by=(Code.HOLDING_PERIOD,)),
            Case(of="US", to="US", age=366 * DAY),
        ),
    ),
}


def printed(name: str) -> str:
    """A table as Markdown, judged now."""
    table = TABLES[name]
    requirements = table.requirements()
    rows = [
        f"| {case.sentence} | {', '.join(code.name for code in judge(requirements, case)) or 'passes'} |"
        for case in table.cases
    ]
    return "\n".join([f"### {name}\n", "| movement | refused by |", "|---|---|", *rows])


if __name__ == "__main__":
    print("\n\n".join(map(printed, TABLES)))  # noqa: T201 - for people
