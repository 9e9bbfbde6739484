"""Singapore: offers to institutional investors and relevant persons, such as accredited investors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._periods import SIX_MONTHS
from tokenkit.regimes._places import SINGAPORE
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.ruleset import NO_RULES, CountryTerms, HoldingPeriod, Requirements, RuleSet, TermsSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "sg-accredited"
_SFA: Final = "Securities and Futures Act 2001"


def singapore_accredited(
    claims: Mapping[str, int], *, relevant_person: str = "relevant_person", offered_only_here: bool = False
) -> Requirements:
    """Admit residents of Singapore only if they are institutional investors or relevant persons.

    Raises:
        RegimeUnavailable: the plan lacks the claim.

    Source: Securities and Futures Act 2001, sections 4A, 274, 275 and 276.
    """
    asked = bit(ID, claims, relevant_person)
    lock = HoldingPeriod(seconds=SIX_MONTHS, exempt_claims=asked)
    return Requirements(
        regimes=(ID,),
        terms=TermsSet(
            groups=(
                CountryTerms(countries=frozenset({SINGAPORE}), claims=asked),
                CountryTerms(countries=None),
            )
        ),
        rules=RuleSet(holding_period=lock) if offered_only_here else NO_RULES,
        notes=(
            "Within six months of their first acquisition the securities may be sold only to institutional investors, relevant persons and"
            " buyers of at least $200,000 (section 276(1)). Residents of Singapore can buy only as the first two here, at any time; sales by"
            " them to other countries within the six months are stopped only if it is offered in Singapore alone (offered_only_here).",
            "Give institutional investors (section 4A(1)(c)) and relevant persons (section 275(2)) one claim; the terms ask for one.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Singapore: institutional and accredited investors (sections 274 to 276)",
    jurisdiction="Singapore",
    function=singapore_accredited,
    sources=(
        Source(
            law=_SFA,
            section="section 275",
            title="Offer made to accredited investors and certain other persons",
            note=(
                "Subsection (1) was read as in force; subsection (1A), not less than $200,000 for each transaction, in the version of 2005."
                " Subsection (2), who is a relevant person, could not be read here."
            ),
        ),
        Source(
            law=_SFA,
            section="section 276",
            title="Offer of securities acquired pursuant to section 274 or 275",
            note="Subsections (1) and (2) were read as amended with effect from 2025-01-24: six months from the initial acquisition.",
        ),
        Source(
            law=_SFA,
            section="section 4A",
            title="Specific classes of investors",
            note=(
                "Read in part: individuals with net personal assets above $2 million, net financial assets above $1 million, or an income of not"
                " less than $300,000 in 12 months; corporations with net assets above $10 million."
            ),
        ),
    ),
    covers=(
        "Residents of Singapore may hold only if attested as institutional investors or relevant persons.",
        "If it is offered in Singapore alone: units go only to such persons, wherever they live, for six months (184 days) after they were"
        " issued.",
    ),
    does_not_cover=(
        "That the offer is not advertised and no selling expenses are paid beyond those allowed (section 275(1)).",
        "Buyers of at least $200,000 who are not relevant persons (section 275(1A)): they are refused.",
        "Companies and trusts that only hold investments, whose own shares are then restricted (section 276(3) and (4)).",
        "That an individual chose to be treated as an accredited investor, which the provider has to see to.",
        "Units in collective investment schemes (sections 304 and 305), and licensing.",
    ),
    parameters=(
        Parameter(
            name="relevant_person",
            kind=Kind.CLAIM,
            default="relevant_person",
            text="The claim that somebody is an institutional investor or a relevant person.",
        ),
        Parameter(
            name="offered_only_here",
            kind=Kind.YES_NO,
            default=False,
            text="The class is offered in Singapore alone, so that the six months can bind all its units.",
        ),
    ),
)
