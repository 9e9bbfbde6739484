"""The tables of a plan about who attests facts of investors, besides the issuer's registrar."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from tokenkit._plan_base import GIVE_ADDRESS, Section
from tokenkit._plan_values import AccountAddress, Issue, Text, refusal, refuse, repeated

ISSUER_PROVIDER: Final = "issuer"
"""In terms: what the issuer's own registrar attests (provider 0)."""

ONCHAIN_IDS_PROVIDER: Final = "onchain_ids"
"""In terms: what the claims on investors' ONCHAINIDs say; the provider after those that the plan lists."""

DAY: Final = 86_400

Topic = Annotated[int, Field(ge=1, le=2**256 - 1)]


class Provider(Section):
    """Who attests facts about investors, besides the issuer's registrar."""

    name: Text = Field(description="Give the provider's name in quotes.")
    account: AccountAddress = Field(description=GIVE_ADDRESS)


class ClaimSource(Section):
    """Whose claim on an ONCHAINID counts as which claim of this plan."""

    issuer: AccountAddress = Field(description="Give the address of the claim issuer's contract.")
    topic: Topic = Field(description="Give the number of the claim topic (ERC-735).")
    claim: str = Field(description="Give the name of a claim.")

    @field_validator("claim")
    @classmethod
    def _known(cls, claim: str, info: ValidationInfo) -> str:
        known: frozenset[str] | None = (info.context or {}).get("claims")
        if known is not None and claim not in known:
            choice = ", ".join(sorted(known)) or "none"
            raise refuse(
                f"{claim!r} is not among the claims of this plan.",
                f"Add it under [claims], or correct the name ({choice}).",
            )
        return claim


class OnchainIds(Section):
    """Facts of some investors follow the claims on their ONCHAINIDs, which terms accept as the provider "onchain_ids"."""

    max_age_days: int = Field(
        ge=1, le=3_653, description="Give the days for which facts hold after each look at the claims, at most 3653."
    )
    sources: tuple[ClaimSource, ...] = Field(
        min_length=1, max_length=16, description="Give a list of 1 to 16 { issuer = …, topic = …, claim = … }."
    )

    @field_validator("sources")
    @classmethod
    def _once(cls, sources: tuple[ClaimSource, ...]) -> tuple[ClaimSource, ...]:
        twice = repeated([(source.issuer, source.topic) for source in sources])
        if twice:
            raise refusal(
                Issue((at,), f"Topic {topic} of {issuer} stands for a claim already.", "Keep one of the two.")
                for at, (issuer, topic) in twice
            )
        return sources

    @property
    def max_age(self) -> int:
        """The longest time between two looks at the claims, in seconds."""
        return self.max_age_days * DAY
