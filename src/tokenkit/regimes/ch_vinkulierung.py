"""Swiss law: registered shares whose transfer the company approves (Vinkulierung)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit.regimes._periods import THREE_MONTHS
from tokenkit.regimes._regime import Kind, Parameter, Regime, Source, bits
from tokenkit.ruleset import Approval, Requirements, RuleSet

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "ch-vinkulierung"
_CO: Final = "Swiss Code of Obligations"


def swiss_vinkulierung(claims: Mapping[str, int], *, free_receivers: str | None = None) -> Requirements:
    """Have the company approve each transfer; three months of silence approve it.

    Raises:
        RegimeUnavailable: the plan lacks the claim.

    Source: Swiss Code of Obligations, Articles 685a to 685c.
    """
    approval = Approval(exempt_claims=bits(ID, claims, (free_receivers,)), deemed_after=THREE_MONTHS)
    return Requirements(
        regimes=(ID,),
        rules=RuleSet(external=(approval,)),
        notes=(
            "Without approval the seller stays owner with all rights (Article 685c(1)): nothing moves on the chain before it.",
            "Three months are 92 days on the chain, up to three days more than by the calendar: approve by hand if a request's time is over"
            " before.",
            "On inheritance, division of an estate, matrimonial property and enforcement, ownership passes at once (Article 685c(2)): the"
            " enforcement office moves the shares by order, and the meeting excludes their votes until the company approves.",
            "In liquidation the restriction ends (Article 685a(3)): remove the rule.",
        ),
    )


REGIME: Final = Regime(
    id=ID,
    title="Swiss registered shares with restricted transferability (Vinkulierung)",
    jurisdiction="Switzerland",
    function=swiss_vinkulierung,
    sources=(
        Source(
            law=_CO,
            section="Article 685a",
            title="Restriction by the articles of association: principles",
            note="Read whole, in the English translation (no legal force) and in German.",
            whole=True,
        ),
        Source(
            law=_CO,
            section="Article 685b",
            title="Registered shares not listed: requirements for refusal",
            note="Read whole, in the English translation as of 2022.",
            whole=True,
        ),
        Source(
            law=_CO,
            section="Article 685c",
            title="Effect",
            note="Read whole, in the English translation as of 2025: not refused within three months of receipt, consent is deemed given.",
            whole=True,
        ),
        Source(
            law=_CO,
            section="Articles 685d to 685g",
            title="Registered shares that are listed",
            note="685d and 685f were read; 685e and 685g could not be. None is applied.",
        ),
    ),
    covers=(
        "No transfer before the company approved it, on request, with a reason if it refuses.",
        "A request that was not refused within three months counts as approved.",
        "If asked, receivers with a certain claim need no approval.",
    ),
    does_not_cover=(
        "Whether a refusal is good in law: good cause named in the articles, or an offer to take the shares at their real value (Article"
        " 685b).",
        "The declaration that the shares are acquired in one's own name and for one's own account (Article 685b(3)).",
        "Listed shares, which the company can refuse on few grounds and whose purchaser owns them meanwhile (Articles 685d to 685g).",
        "Shares not fully paid up, which need consent by law (Article 685).",
        "The articles themselves, the share register of Article 686, and the law of ledger-based securities (Articles 973d and following).",
    ),
    parameters=(
        Parameter(
            name="free_receivers",
            kind=Kind.CLAIM,
            text="The claim of those who may receive without approval, such as companies of the group; left out: nobody.",
        ),
    ),
)
