"""Regulation D, Rule 506(c): accredited investors only, whose status was verified; advertising allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._places import US
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.ruleset import CountryTerms, Requirements, TermsSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "reg-d-506c"


def regulation_d_506c(
    claims: Mapping[str, int], *, accredited: str = "accredited", offshore: bool = False
) -> Requirements:
    """Admit accredited investors only; with *offshore*, ask it of US residents only.

    Raises:
        RegimeUnavailable: the plan lacks the claim.

    Source: 17 CFR 230.506(c).
    """
    asked = bit(ID, claims, accredited)
    groups: tuple[CountryTerms, ...] = (CountryTerms(countries=None, claims=asked),)
    if offshore:
        groups = (CountryTerms(countries=US, claims=asked), CountryTerms(countries=None))
    return Requirements(
        regimes=(ID,),
        terms=TermsSet(groups=groups),
        notes=(
            "The claim has to mean that reasonable steps were taken to verify the status (§ 230.506(c)(2)(ii)), not that the investor ticked"
            " a box: accept only providers that do so.",
            "Securities sold under Rule 506(c) are restricted securities (§ 230.502(d)): apply rule-144 for their resale.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Regulation D, Rule 506(c): verified accredited investors",
    jurisdiction="United States",
    function=regulation_d_506c,
    sells_in_us=True,
    sources=(
        Source(
            law="Securities Act of 1933, Regulation D",
            section="17 CFR 230.506(c)",
            title="Conditions to be met in offerings not subject to limitation on manner of offering",
            note=(
                "The section's own text could not be read here. That all purchasers are accredited and their status is verified is taken"
                " from the SEC's table of exempt offerings, read in a copy."
            ),
        ),
        Source(
            law="Securities Act of 1933, Regulation D",
            section="17 CFR 230.501(a)",
            title="Accredited investor",
            note="Read in its beginning: the status is looked at when the securities are sold to that person.",
        ),
    ),
    covers=(
        "Only investors attested as accredited may hold, whether they buy from the issuer or from another holder.",
        "With Regulation S applied to the same class, this is asked of US residents only.",
    ),
    does_not_cover=(
        "The verification itself, and how long it lasts: the provider answers for it, and gives its attestations an end.",
        "That resale to somebody who is not accredited may be lawful later (Rule 144): such a holder is refused while this regime is applied.",
        "Disqualified persons (§ 230.506(d)), Form D, and notices to states.",
    ),
    parameters=(
        Parameter(
            name="accredited",
            kind=Kind.CLAIM,
            default="accredited",
            text="The claim that an investor is accredited under Rule 501(a) and that this was verified.",
        ),
        Parameter(
            name="offshore",
            kind=Kind.YES_NO,
            default=False,
            text="Others than US persons buy under Regulation S. Known by itself if reg-s is applied as well.",
        ),
    ),
)
