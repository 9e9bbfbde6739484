"""Regulation A, Tier 2: a small public offering whose securities trade freely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.errors import RegimeUnavailable
from tokenkit.regimes._places import CANADA, US
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source
from tokenkit.ruleset import Requirements, RuleSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "reg-a-tier-2"


def regulation_a_tier_2(_claims: Mapping[str, int], *, home: int, qualified_units: int | None = None) -> Requirements:
    """Limit the units in issue to those that were qualified; leave resale free.

    Raises:
        RegimeUnavailable: the issuer is neither a US nor a Canadian one.

    Source: 17 CFR 230.251 to 230.263.
    """
    if home not in US | {CANADA}:
        raise RegimeUnavailable(ID, "it is open to issuers of the United States and Canada only (§ 230.251(b)(1)).")
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(authorised_units=qualified_units),
        notes=(
            "Resale is free: Regulation A securities are not restricted securities. Apply rule-144 to affiliates' units only by a class or"
            " lockups of their own.",
            "Whoever is neither accredited nor buys what an exchange will list may spend at most 10 % of the greater of annual income and net"
            " worth (entities: revenue and net assets). The chain knows neither: the investor states it when subscribing.",
            "Holders do not count under Section 12(g) while the issuer is current in its Tier 2 reports, engages a registered transfer agent,"
            " and is small (§ 240.12g5-1(a)(7)); apply us-12g if it is not.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Regulation A, Tier 2",
    jurisdiction="United States",
    function=regulation_a_tier_2,
    sells_in_us=True,
    example={"home": "US", "qualified_units": 5_000_000},
    sources=(
        Source(
            law="Securities Act of 1933, Regulation A",
            section="17 CFR 230.251(a)(2), (b), (d)(2)(i)(C)",
            title="Scope of exemption: Tier 2, eligible issuers, investment limitation",
            note=(
                "The section's own text could not be read here. The 10 % limit and its exceptions were read in the adopting release of 2015"
                " (Release 33-9741); $75 million in 12 months in the SEC's table of exempt offerings, read in a copy."
            ),
        ),
        Source(
            law="Securities Exchange Act of 1934",
            section="17 CFR 240.12g5-1(a)(7)",
            title="Definition of securities held of record: Tier 2",
            note="Read in the adopting release of 2015: public float below $75 million, or annual revenues below $50 million.",
        ),
    ),
    covers=(
        "The number of units in issue, if it is given: those qualified, with what was in issue before.",
        "Nothing else is refused: resale of Tier 2 securities is free.",
    ),
    does_not_cover=(
        "The investment limit of 10 % for investors who are not accredited. A contract does not know incomes: it cannot be enforced on the"
        " chain, and is not.",
        "The $75,000,000 that may be raised in 12 months, of which affiliates may sell a part.",
        "The qualification of the offering statement by the SEC, and the annual, semi-annual and current reports.",
        "Disqualified persons and excluded kinds of issuers.",
    ),
    parameters=(
        Parameter(
            name="home", kind=Kind.COUNTRY, needed=True, text="The country under whose law the issuer is organised."
        ),
        Parameter(
            name="qualified_units",
            kind=Kind.COUNT,
            text="How many of the class's smallest units there may be after the offering; left out: no limit.",
        ),
    ),
)
