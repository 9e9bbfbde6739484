"""Regulation Crowdfunding: nobody transfers for one year, but to the few whom the rule names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.errors import RegimeUnavailable
from tokenkit.regimes._periods import ONE_YEAR
from tokenkit.regimes._places import US
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bits
from tokenkit.ruleset import HoldingPeriod, Requirements, RuleSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "reg-cf"


def regulation_crowdfunding(
    claims: Mapping[str, int], *, home: int, accredited: str = "accredited", family: str | None = None
) -> Requirements:
    """Lock units for one year from their issue, but for transfers to accredited investors and family.

    Raises:
        RegimeUnavailable: the issuer is not a US one, or the plan lacks a claim.

    Source: 17 CFR 227.501.
    """
    if home not in US:
        raise RegimeUnavailable(ID, "it is open to issuers organised in the United States only (§ 227.100(b)(1)).")
    exempt = bits(ID, claims, (accredited, family))
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(holding_period=HoldingPeriod(seconds=ONE_YEAR, exempt_claims=exempt)),
        notes=(
            "Units that an accredited investor takes within the year stay locked for the rest of it: the rule binds any purchaser for one"
            " year from the issue.",
            "On death, on divorce and for trusts of the purchaser, the enforcement office transfers by order, or the registrar attests the"
            " family claim first. Redemption to the issuer is possible always.",
            "Give crowdfunded units a class of their own if the exemption of § 240.12g-6 is to be used: us-12g counts all holders of a class.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Regulation Crowdfunding: resale",
    jurisdiction="United States",
    function=regulation_crowdfunding,
    sells_in_us=True,
    example={"home": "US"},
    sources=(
        Source(
            law="Securities Act of 1933, Regulation Crowdfunding",
            section="17 CFR 227.501",
            title="Restrictions on resales",
            note=(
                "Read whole, in the text of 2026-04-05: one year from the issue, but to the issuer, to an accredited investor, in a registered"
                " offering, or to family, trusts and on death, divorce or similar circumstances."
            ),
            whole=True,
        ),
        Source(
            law="Securities Act of 1933, Regulation Crowdfunding",
            section="17 CFR 227.100",
            title="Crowdfunding exemption and requirements",
            note="Read in its beginning: $5,000,000 in 12 months, and limits of what one investor may buy across all issuers.",
        ),
        Source(
            law="Securities Exchange Act of 1934",
            section="17 CFR 240.12g-6",
            title="Exemption for securities issued pursuant to section 4(a)(6) of the Securities Act",
            note=(
                "Read in the version of 2015: not counted as held of record while annual reports are current, total assets are not in"
                " excess of $25 million, and a registered transfer agent is engaged."
            ),
        ),
    ),
    covers=(
        "Units are locked for one year (366 days on the chain) after they were issued, lot by lot.",
        "Within the year they may go to accredited investors and, if the plan has a claim for it, to family; the lock goes along.",
        "Redemption to the issuer is possible always.",
    ),
    does_not_cover=(
        "The $5,000,000 that may be raised in 12 months, and what one investor may buy across all issuers.",
        "That sales are made through a registered intermediary, the disclosure and the annual reports.",
        "Who is a member of whose family: the registrar attests it before such a transfer, and takes it back afterwards.",
        "Transfers in an offering registered with the Commission: switch the rule off for it.",
    ),
    parameters=(
        Parameter(
            name="home", kind=Kind.COUNTRY, needed=True, text="The country under whose law the issuer is organised."
        ),
        Parameter(
            name="accredited", kind=Kind.CLAIM, default="accredited", text="The claim that an investor is accredited."
        ),
        Parameter(
            name="family",
            kind=Kind.CLAIM,
            text="The claim that somebody may receive as family or trust of a purchaser; left out: such transfers are made by order.",
        ),
    ),
)
