"""Rule 144: how long restricted securities are held before they are resold, and how much affiliates may sell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._periods import ONE_YEAR, SIX_MONTHS, THREE_MONTHS
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit, bits
from tokenkit.ruleset import HoldingPeriod, Requirements, RuleSet, VolumeLimit

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "rule-144"
EQUITY_BPS: Final = 100
DEBT_BPS: Final = 1_000


def rule_144(
    claims: Mapping[str, int],
    *,
    reporting: bool = False,
    debt: bool = False,
    affiliate: str | None = "affiliate",
    private_buyers: str | None = None,
) -> Requirements:
    """Lock units for one year from their issue, six months if the issuer reports; limit what affiliates sell in three months.

    Raises:
        RegimeUnavailable: the plan lacks a claim.

    Source: 17 CFR 230.144(d) and (e).
    """
    period = HoldingPeriod(
        seconds=SIX_MONTHS if reporting else ONE_YEAR, exempt_claims=bits(ID, claims, (private_buyers,))
    )
    volume: tuple[VolumeLimit, ...] = ()
    if affiliate is not None:
        volume = (
            VolumeLimit(
                bps=DEBT_BPS if debt else EQUITY_BPS, window=THREE_MONTHS, of_claims=bit(ID, claims, affiliate)
            ),
        )
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(holding_period=period, external=volume),
        notes=(
            "The holding period runs from the acquisition from the issuer or from an affiliate. Units that an affiliate sells begin a new one:"
            " set the buyer's lots by hand (setLots).",
            "Whoever takes units by gift, from an estate or a trust, or as pledgee keeps the giver's time (§ 230.144(d)(3)); the compliance"
            " officer sets such lots, or the enforcement office moves the units by order, and they keep their lots.",
            "The volume rule keeps limits by investor: nobody is limited by default, and each affiliate is given the limit as its own.",
            "Units that were issued before the rule was switched on have no lots: set them from the register.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Rule 144: resale of restricted and affiliates' securities",
    jurisdiction="United States",
    function=rule_144,
    sources=(
        Source(
            law="Securities Act of 1933",
            section="17 CFR 230.144(d)",
            title="Holding period for restricted securities",
            note=(
                "Read in its preliminary note only. Six months for an issuer that has reported for at least 90 days and one year for others were"
                " read in summaries of the rule; compare them with the section."
            ),
        ),
        Source(
            law="Securities Act of 1933",
            section="17 CFR 230.144(e)",
            title="Limitation on amount of securities sold",
            note=(
                "Read in summaries: in three months one per cent of the class outstanding, or for listed securities the average weekly volume if"
                " that is greater; for debt ten per cent of the tranche."
            ),
        ),
    ),
    covers=(
        "Units are locked after they were issued for one year (366 days on the chain), or for six months (184 days) if the issuer reports.",
        "The time runs on when they pass to another holder; a buyer of locked units, where one is exempt, waits for the rest only.",
        "An affiliate transfers at most 1 % of the supply (debt: 10 %) within three months (92 days on the chain).",
    ),
    does_not_cover=(
        "Current public information (§ 230.144(c)), which others than affiliates need too between six months and one year.",
        "The alternative of the average weekly trading volume: the chain keeps to the percentage, which is stricter.",
        "Manner of sale, Form 144, and sales that are added together with those of relatives, trusts and pledgees (§ 230.144(a)(2), (e)(3)).",
        "Who is an affiliate, and for how long after: three months without being one are needed before a sale is free of volume limits.",
        "Shell companies (§ 230.144(i)).",
        "Private resales under other exemptions, unless a claim for their buyers is named.",
    ),
    parameters=(
        Parameter(
            name="reporting",
            kind=Kind.YES_NO,
            default=False,
            text="The issuer has reported under the Exchange Act for at least 90 days.",
        ),
        Parameter(name="debt", kind=Kind.YES_NO, default=False, text="Debt securities; false: equity."),
        Parameter(
            name="affiliate",
            kind=Kind.CLAIM,
            default="affiliate",
            text="The claim that an investor is an affiliate of the issuer.",
        ),
        Parameter(
            name="private_buyers",
            kind=Kind.CLAIM,
            text="The claim of those who may buy locked units privately, such as 'accredited'; left out: nobody.",
        ),
    ),
)
