"""Exchange Act Section 12(g): how many holders of record a class may have before it must be registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bit
from tokenkit.ruleset import CountLimit, Requirements, RuleSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "us-12g"
REGISTERED_AT: Final = 2_000
NON_ACCREDITED_AT: Final = 500


def exchange_act_12g(claims: Mapping[str, int], *, accredited: str = "accredited", bank: bool = False) -> Requirements:
    """Keep a class of equity below 2,000 holders of record, and below 500 who are not accredited.

    Raises:
        RegimeUnavailable: the plan lacks the claim.

    Source: 15 U.S.C. 78l(g)(1)(A), 17 CFR 240.12g-1.
    """
    others = CountLimit(country=None, mask=bit(ID, claims, accredited), claims=0, limit=NON_ACCREDITED_AT - 1)
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(investor_limit=REGISTERED_AT - 1, group_limits=() if bank else (others,)),
        notes=(
            "Whoever is not attested as accredited counts as not accredited, wherever resident: have offshore investors attested as well if"
            " they are accredited, or they use up the 499.",
            "Holders of record are persons; the chain counts investors, with all wallets of one as one. A nominee's wallet counts as one.",
            "The status that counts is that of the last day of the fiscal year, not that of the sale (§ 240.12g-1): let attestations end.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Exchange Act, Section 12(g): holders of record",
    jurisdiction="United States",
    function=exchange_act_12g,
    sources=(
        Source(
            law="Securities Exchange Act of 1934",
            section="15 U.S.C. 78l(g)(1)(A)",
            title="Registration of securities by issuer",
            note=(
                "The paragraph was read as quoted in print: total assets exceeding $10,000,000 and a class of equity security held of record"
                " by either 2,000 persons, or 500 persons who are not accredited investors."
            ),
        ),
        Source(
            law="Securities Exchange Act of 1934",
            section="17 CFR 240.12g-1",
            title="Exemption from section 12(g)",
            note="Read whole: fewer than 2,000 persons and fewer than 500 of those not accredited; banks: fewer than 2,000.",
            whole=True,
        ),
        Source(
            law="Securities Exchange Act of 1934",
            section="17 CFR 240.12g-6",
            title="Exemption for securities issued pursuant to section 4(a)(6) of the Securities Act",
            note="Read in the version of 2015: reports current, total assets not in excess of $25 million, registered transfer agent.",
        ),
    ),
    covers=(
        "At most 1,999 investors hold the class, at most 499 of them not attested as accredited. For banks and their holding companies only"
        " the first.",
    ),
    does_not_cover=(
        "The other condition, total assets above $10 million on the last day of the fiscal year: below it the limits need not be applied.",
        "Holders who do not count: those who received securities under an employee compensation plan, under Regulation Crowdfunding while"
        " its conditions are met, under Regulation A Tier 2 while its conditions are met. The chain counts them; it is stricter.",
        "Classes of substantially similar character, which count as one class: one limit is set in each.",
        "Foreign private issuers, which count US residents too (Rule 12g3-2), and customers of nominees, who may have to be looked through.",
    ),
    parameters=(
        Parameter(
            name="accredited", kind=Kind.CLAIM, default="accredited", text="The claim that an investor is accredited."
        ),
        Parameter(
            name="bank",
            kind=Kind.YES_NO,
            default=False,
            text="A bank, a bank holding company, or a savings and loan holding company.",
        ),
    ),
)
