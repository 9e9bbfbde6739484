"""Regulation D, Rule 506(b): a private placement with at most 35 purchasers who are not accredited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.errors import RegimeUnavailable
from tokenkit.regimes._places import UNITED_STATES, US, US_TERRITORIES
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.ruleset import CountLimit, CountryTerms, Requirements, RuleSet, TermsSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "reg-d-506b"
MOST: Final = 35
"""Purchasers who are not accredited, in any 90-calendar-day period (§ 230.506(b)(2)(i))."""

_NOTES: Final = (
    "Rule 506(b) counts purchasers within any 90 days; the chain counts holders at every moment. It is stricter, because nobody drops"
    " out after 90 days, and looser, because a purchaser who sold everything is no longer counted: apply rule-144 with it, which"
    " keeps purchasers from selling within that time.",
    "Securities sold under Rule 506(b) are restricted securities (§ 230.502(d)): apply rule-144 for their resale.",
)


def regulation_d_506b(
    claims: Mapping[str, int],
    *,
    non_accredited: int = MOST,
    accredited: str = "accredited",
    sophisticated: str | None = None,
    offshore: bool = False,
) -> Requirements:
    """Admit accredited investors, and at most *non_accredited* others.

    Raises:
        RegimeUnavailable: more than 35 others, or a claim that the plan lacks.

    Source: 17 CFR 230.506(b), 230.501(a) and (e).
    """
    if non_accredited > MOST:
        raise RegimeUnavailable(ID, f"{non_accredited} purchasers who are not accredited are too many; at most {MOST}.")
    is_accredited = bit(ID, claims, accredited)
    if non_accredited == 0:
        return Requirements(regimes=(ID,), terms=_terms(is_accredited, is_accredited, offshore=offshore), notes=_NOTES)
    of_all = 0 if sophisticated is None else bit(ID, claims, sophisticated)
    limit = CountLimit(country=UNITED_STATES if offshore else None, mask=is_accredited, claims=0, limit=non_accredited)
    return Requirements(
        regimes=(ID,),
        terms=_terms(of_all, of_all | is_accredited, offshore=offshore),
        rules=RuleSet(country_limits=(limit,)) if offshore else RuleSet(group_limits=(limit,)),
        notes=(*_NOTES, *_TERRITORIES) if offshore else _NOTES,
    )


_TERRITORIES: Final = (
    "Investors in Puerto Rico and the other territories who are not accredited have to be registered as resident in the United States:"
    " the limit counts one country.",
)


def _terms(of_residents: int, of_territories: int, *, offshore: bool) -> TermsSet | None:
    if not offshore:
        return TermsSet(groups=(CountryTerms(countries=None, claims=of_residents),)) if of_residents else None
    if of_residents == of_territories:
        groups: tuple[CountryTerms, ...] = (CountryTerms(countries=US, claims=of_residents),)
    else:
        groups = (CountryTerms(countries=US_TERRITORIES, claims=of_territories),)
        if of_residents:
            groups = (CountryTerms(countries=frozenset({UNITED_STATES}), claims=of_residents), *groups)
    return TermsSet(groups=(*groups, CountryTerms(countries=None)))


REGIME: Final = Regime(
    id=ID,
    title="Regulation D, Rule 506(b): private placement",
    jurisdiction="United States",
    function=regulation_d_506b,
    sells_in_us=True,
    sources=(
        Source(
            law="Securities Act of 1933, Regulation D",
            section="17 CFR 230.506(b)(2)(i)",
            title="Limitation on number of purchasers",
            note=(
                "The section's own text could not be read here. The figures (35 purchasers who are not accredited, 90 days) are those of"
                " the SEC's table of exempt offerings, read in a copy; compare them with the section before relying on them."
            ),
        ),
        Source(
            law="Securities Act of 1933, Regulation D",
            section="17 CFR 230.501(a)",
            title="Accredited investor",
            note=(
                "Read in its beginning: the status is looked at when the securities are sold to that person. Paragraph (e), how purchasers"
                " are counted, could not be read here."
            ),
        ),
    ),
    covers=(
        "At most 35 holders who are not attested as accredited, or fewer if the issuer says so; accredited investors without limit.",
        "If asked, everybody has to be attested as accredited or sophisticated, with one claim for both.",
        "With Regulation S applied to the same class, only residents of the United States count.",
    ),
    does_not_cover=(
        "That nobody solicits or advertises generally (§ 230.502(c)).",
        "Information for purchasers who are not accredited (§ 230.502(b)), and whether each of them is sophisticated or has a"
        " representative (§ 230.506(b)(2)(ii)): a provider or the registrar attests that.",
        "The way purchasers are counted: spouses and relatives of one household, and entities formed for the purchase (§ 230.501(e)).",
        "Offerings that count together with this one, of this class or another (§ 230.152), and purchasers who sold within 90 days.",
        "Disqualified persons (§ 230.506(d)), Form D, and notices to states.",
    ),
    parameters=(
        Parameter(
            name="non_accredited",
            kind=Kind.COUNT,
            default=MOST,
            text="How many holders may not be accredited, at most 35; 0: accredited investors only.",
        ),
        Parameter(
            name="accredited",
            kind=Kind.CLAIM,
            default="accredited",
            text="The claim that an investor is accredited under Rule 501(a).",
        ),
        Parameter(
            name="sophisticated",
            kind=Kind.CLAIM,
            text="A claim attested to everybody who is accredited or sophisticated; left out: it is not looked at.",
        ),
        Parameter(
            name="offshore",
            kind=Kind.YES_NO,
            default=False,
            text="Others than US persons buy under Regulation S. Known by itself if reg-s is applied as well.",
        ),
    ),
)
