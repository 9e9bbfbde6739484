"""Regulation S: sales outside the United States, in three categories by how likely the securities flow back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.errors import RegimeUnavailable
from tokenkit.regimes._periods import DAY, months_after
from tokenkit.regimes._places import EVERYWHERE, US
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source
from tokenkit.ruleset import ANY_COUNTRY, CountryPair, CountryTerms, Requirements, RuleSet, TermsSet
from tokenkit.types import from_unix

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "reg-s"
FORTY_DAYS: Final = 40 * DAY


def regulation_s(
    _claims: Mapping[str, int],
    *,
    home: int,
    category: int,
    debt: bool = False,
    reporting: bool = False,
    closes: int | None = None,
    us_persons: bool = False,
) -> Requirements:
    """Admit non-US persons; with *us_persons*, block what flows to them until the distribution compliance period ends.

    Args:
        home: the issuer's country.
        category: 1, 2 or 3.
        debt: debt securities, not equity.
        reporting: the issuer reports under the Exchange Act.
        closes: when the period begins: the closing, or the first offer to others than distributors if that is later.
        us_persons: US persons may hold under another exemption.

    Raises:
        RegimeUnavailable: the category is not open to this issuer, or *closes* is missing.

    Source: 17 CFR 230.901 to 230.905.
    """
    _require_category(category, domestic=home in US, debt=debt, reporting=reporting)
    if not us_persons:
        admitted = TermsSet(groups=(CountryTerms(countries=EVERYWHERE - US),))
        return Requirements(regimes=(ID,), terms=admitted, notes=_notes(home, debt=debt))
    if category == 1:
        return Requirements(regimes=(ID,), notes=_notes(home, debt=debt))
    if closes is None:
        raise RegimeUnavailable(
            ID, "the distribution compliance period has to begin: give the closing date as 'closes'."
        )
    ends = _ends(closes, category, debt=debt, reporting=reporting)
    pairs = tuple(CountryPair(source=ANY_COUNTRY, target=place) for place in sorted(US))
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(flow_back=pairs, flow_back_until=ends),
        notes=(
            f"The distribution compliance period is taken to end on {from_unix(ends):%Y-%m-%d %H:%M} UTC. It begins anew for units that"
            " are sold later: set it again then (§ 230.902(f)).",
            "Residents of Puerto Rico and the other territories are US persons. With codes of their own they cannot buy from one another or"
            " from the states before that day; register them as resident in the United States if they should.",
            *_notes(home, debt=debt),
        ),
    )


def _require_category(category: int, *, domestic: bool, debt: bool, reporting: bool) -> None:
    if category not in (1, 2, 3):
        raise RegimeUnavailable(ID, f"there is no category {category}; give 1, 2 or 3.")
    if category == 1 and domestic and not debt:
        raise RegimeUnavailable(ID, "equity of a US issuer is not in category 1; give 3.")
    if category == 2 and not debt and (domestic or not reporting):
        raise RegimeUnavailable(
            ID, "category 2 is open to equity of foreign issuers that report under the Exchange Act; give 3."
        )
    if category == 2 and debt and domestic and not reporting:
        raise RegimeUnavailable(
            ID, "category 2 is open to debt of US issuers that report under the Exchange Act; give 3."
        )


def _ends(closes: int, category: int, *, debt: bool, reporting: bool) -> int:
    if category == 2 or debt:
        return closes + FORTY_DAYS
    return months_after(closes, 6 if reporting else 12)


def _notes(home: int, *, debt: bool) -> tuple[str, ...]:
    if home not in US or debt:
        return ()
    return (
        "Equity of a US issuer sold under Regulation S stays a restricted security, also after an offshore resale (§ 230.905): apply"
        " rule-144 for what comes to the United States.",
    )


REGIME: Final = Regime(
    id=ID,
    title="Regulation S: offshore sales, categories 1 to 3",
    jurisdiction="United States",
    function=regulation_s,
    example={"home": "US", "category": 3, "closes": "2027-01-31", "us_persons": True},
    sources=(
        Source(
            law="Securities Act of 1933, Regulation S",
            section="17 CFR 230.903",
            title="Offers or sales of securities by the issuer, a distributor, any of their respective affiliates",
            note=(
                "The section's own text could not be read here (its adopting release, 63 FR 9632, in its beginning). The categories and the"
                " periods of 40 days, six months (reporting issuers) and one year are stated from knowledge of the section: compare them."
            ),
        ),
        Source(
            law="Securities Act of 1933, Regulation S",
            section="17 CFR 230.904",
            title="Offshore resales",
            note="Read in part: resales by others than the issuer and distributors, offshore and without directed selling efforts.",
        ),
        Source(
            law="Securities Act of 1933, Regulation S",
            section="17 CFR 230.905",
            title="Resale limitations",
            note="Read whole, in the text of 2026-04-05: equity of domestic issuers stays restricted notwithstanding an offshore resale.",
            whole=True,
        ),
        Source(
            law="Securities Act of 1933, Regulation S",
            section="17 CFR 230.902(f), (k), (l)",
            title="Distribution compliance period, US person, United States",
            note="Could not be read here; its meaning is taken from knowledge of the section.",
        ),
    ),
    covers=(
        "Residents of the United States and its territories are not admitted, unless they may hold under another exemption.",
        "If they may: units do not go from residents of other countries to them before the distribution compliance period ends. It lasts"
        " 40 days in category 2, and in category 3 for debt; for equity in category 3 one year, six months if the issuer reports.",
        "A category that is not open to the issuer is refused.",
    ),
    does_not_cover=(
        "That offers and sales are offshore transactions, and that nobody makes directed selling efforts in the United States.",
        "US persons who live elsewhere, such as trusts, and accounts held for them: the registrar asks for it and does not register them.",
        "The purchaser's certification, the legend, the notices of distributors and the ban on hedging (§ 230.903(b)(3)).",
        "Whether there is substantial US market interest, which decides between the categories.",
        "Sales in the United States within the period that another exemption allows: they are refused as well.",
        "The law of the country where it is offered.",
    ),
    parameters=(
        Parameter(
            name="home", kind=Kind.COUNTRY, needed=True, text="The country under whose law the issuer is organised."
        ),
        Parameter(name="category", kind=Kind.COUNT, needed=True, text="1, 2 or 3, as counsel determined."),
        Parameter(name="debt", kind=Kind.YES_NO, default=False, text="Debt securities; false: equity."),
        Parameter(name="reporting", kind=Kind.YES_NO, default=False, text="The issuer reports under the Exchange Act."),
        Parameter(
            name="closes",
            kind=Kind.INSTANT,
            text="The closing, or the first offer to others than distributors if later. Needed in categories 2 and 3 if US persons may hold.",
        ),
        Parameter(
            name="us_persons",
            kind=Kind.YES_NO,
            default=False,
            text="US persons may hold under another exemption. Known by itself if one is applied as well.",
        ),
    ),
)
