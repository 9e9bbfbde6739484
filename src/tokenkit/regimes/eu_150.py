"""EU Prospectus Regulation: fewer than 150 persons per Member State, other than qualified investors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.errors import RegimeUnavailable
from tokenkit.regimes._places import EEA, EU_TERRITORIES
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.regimes.eu_qualified import DEFINITION
from tokenkit.ruleset import CountLimit, CountryTerms, Requirements, RuleSet, TermsSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "eu-150"
FEWER_THAN: Final = 150


def eu_150_persons(
    claims: Mapping[str, int], *, qualified: str = "qualified", states: frozenset[int] = EEA
) -> Requirements:
    """Limit holders who are not qualified investors to 149 in each of *states*; ask all others of the Area to be qualified.

    Raises:
        RegimeUnavailable: a state is not of the Area, or the plan lacks the claim.

    Source: Regulation (EU) 2017/1129, Article 1(4)(b).
    """
    if states - EEA:
        raise RegimeUnavailable(ID, "it is about Member States and the European Economic Area; name only such states.")
    is_qualified = bit(ID, claims, qualified)
    limits = tuple(
        CountLimit(country=state, mask=is_qualified, claims=0, limit=FEWER_THAN - 1) for state in sorted(states)
    )
    elsewhere = CountryTerms(countries=(EEA - states) | EU_TERRITORIES, claims=is_qualified)
    return Requirements(
        regimes=(ID,),
        terms=TermsSet(groups=(elsewhere, CountryTerms(countries=None))),
        rules=RuleSet(country_limits=limits),
        notes=(
            "The law counts the persons to whom the offer is addressed, whether they buy or not; the chain counts holders at every moment."
            " Keep the list of those who were asked, and stop at 149 a state.",
            "A limit costs about 25,000 gas to set, for each state once: name only the states where it is offered.",
            "Investors in Åland and the outermost regions of France who are not qualified have to be registered under Finland and France.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="EU Prospectus Regulation: fewer than 150 persons per state",
    jurisdiction="European Economic Area",
    function=eu_150_persons,
    example={"states": "DE, FR, LI"},
    sources=(
        Source(
            law="Regulation (EU) 2017/1129",
            section="Article 1(4)(b)",
            title="Offers addressed to fewer than 150 natural or legal persons per Member State, other than qualified investors",
            note=(
                "The point was read in commentary and in Irish regulations with the same words (2019), not in the Regulation. The Listing Act,"
                " Regulation (EU) 2024/2809, was read in summaries; they report no change of this point."
            ),
        ),
        DEFINITION,
    ),
    covers=(
        "In each state named, at most 149 holders are not attested as qualified investors; qualified investors without limit.",
        "Residents of states of the Area that are not named may hold only if attested as qualified investors.",
    ),
    does_not_cover=(
        "To how many persons the offer is addressed, which is what the law counts: see the notes.",
        "Several offers that count as one, and offers by holders: each resale is judged anew (Article 5).",
        "National law below the prospectus: notices, information sheets, company law, financial promotion.",
        "The exemptions by amount: EUR 100,000 per investor or unit, and small offers under Article 3.",
        "Investors outside the Area: nothing is asked of them here.",
    ),
    parameters=(
        Parameter(
            name="qualified",
            kind=Kind.CLAIM,
            default="qualified",
            text="The claim that somebody is a qualified investor under Article 2(e).",
        ),
        Parameter(
            name="states",
            kind=Kind.COUNTRIES,
            default=EEA,
            text="The states where it is offered to others than qualified investors; left out: all 30 of the Area.",
        ),
    ),
)
