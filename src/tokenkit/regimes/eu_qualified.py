"""EU Prospectus Regulation: an offer to qualified investors only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._places import EEA, EU_TERRITORIES
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.ruleset import CountryTerms, Requirements, TermsSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "eu-qualified"

DEFINITION: Final = Source(
    law="Regulation (EU) 2017/1129",
    section="Article 2(e)",
    title="Definition of qualified investors",
    note=(
        "Could not be read here: of the Regulation only the title and the first recitals, in the Official Journal. Professional clients and"
        " eligible counterparties in the sense of Directive 2014/65/EU."
    ),
)


def eu_qualified_investors(claims: Mapping[str, int], *, qualified: str = "qualified") -> Requirements:
    """Admit residents of the European Economic Area only if they are qualified investors.

    Raises:
        RegimeUnavailable: the plan lacks the claim.

    Source: Regulation (EU) 2017/1129, Article 1(4)(a).
    """
    europe = CountryTerms(countries=EEA | EU_TERRITORIES, claims=bit(ID, claims, qualified))
    return Requirements(
        regimes=(ID,),
        terms=TermsSet(groups=(europe, CountryTerms(countries=None))),
        notes=(
            "The exemption is about the issuer's offer. A resale is an offer of its own (Article 5); here it stays with qualified investors too.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="EU Prospectus Regulation: qualified investors only",
    jurisdiction="European Economic Area",
    function=eu_qualified_investors,
    sources=(
        Source(
            law="Regulation (EU) 2017/1129",
            section="Article 1(4)(a)",
            title="Offers addressed solely to qualified investors",
            note=(
                "The point was read in commentary and in Irish regulations with the same words (2019), not in the Regulation. The Listing Act,"
                " Regulation (EU) 2024/2809, was read in summaries; they report no change of this point."
            ),
        ),
        DEFINITION,
    ),
    covers=(
        "Residents of the 27 Member States and of Iceland, Liechtenstein and Norway may hold only if attested as qualified investors.",
        "Parts of Member States with country codes of their own (Åland, outermost regions of France) are treated like the state.",
    ),
    does_not_cover=(
        "To whom the offer is addressed: the chain sees who holds, not who was asked.",
        "National law below the prospectus: notices, information sheets, company law, financial promotion.",
        "Admission to trading, for which other exemptions apply (Article 1(5)).",
        "Investors outside the Area: nothing is asked of them here.",
    ),
    parameters=(
        Parameter(
            name="qualified",
            kind=Kind.CLAIM,
            default="qualified",
            text="The claim that somebody is a qualified investor under Article 2(e).",
        ),
    ),
)
