"""Where a holder's request for the company's consent to a transfer stands (Vinkulierung)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.cli._output import day, grouped
from tokenkit.external import Approvals, RequestStatus, RuleKind, kind_of

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.external import Request
    from tokenkit.suite import ShareClass

_MAY_ASK = "The holder can request approval."
"""How the sentence of the restriction ends, which knows of no request."""


def with_consent(sentence: str, session: Session, one: ShareClass, sender: str, receiver: str) -> str:
    """Say after the *sentence* of a refusal for want of consent what became of the latest request."""
    said = sentence.removesuffix(_MAY_ASK).rstrip()
    for rule in session.suite.rulebook.show(one.address).external_rules:
        if kind_of(session.chain, rule) is RuleKind.APPROVAL:
            request = Approvals(session.chain, rule).between(one.address, sender, receiver)
            if request is not None:
                return f"{said} {_state(request, session.chain.now(), one.decimals)}"
    return sentence


def _state(request: Request, now: int, decimals: int) -> str:
    named = f"Request {request.id} for {grouped(request.units, decimals)} units"
    if now >= request.valid_until:
        return f"{named} has lapsed; the holder can make another."
    match request.status:
        case RequestStatus.REFUSED:
            return f"{named} was refused; the holder can make another."
        case RequestStatus.CANCELLED:
            return f"{named} was taken back; the holder can make another."
        case RequestStatus.APPROVED:
            return f"{named} is approved."
    silence = request.deemed_at
    if silence is None or silence >= request.valid_until:
        return f"{named} is pending; it lapses on {day(request.valid_until)}, silence is no consent."
    return f"{named} is {'approved by silence' if now >= silence else f'pending; silence is consent from {day(silence)} on'}."
