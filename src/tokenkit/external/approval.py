"""Transfers that need the issuer's consent: Vinkulierung (``ApprovalRule.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, counted, hashed, instant, reasoned, within
from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address

_UINT256_MAX = 2**256 - 1


class RequestStatus(IntEnum):
    """What was said to a request; whether it has effect also depends on time and use."""

    PENDING = 1
    APPROVED = 2
    REFUSED = 3
    CANCELLED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTerms:
    """How consents work for a token."""

    deemed_approved_after: int | None
    """Seconds after which silence is consent; ``None``: never."""
    exempt_claims: int
    """One bit a claim; receivers with any of them need no consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A holder's request for consent. Giver and receiver are investors, by the address of their identity."""

    id: int
    token: Address
    giver: Address
    receiver: Address
    units: int
    """Not transferred yet."""
    status: RequestStatus
    deemed_at: int | None
    """Unix second from which silence is consent."""
    valid_until: int
    """Unix second from which the request, and any consent, is void."""

    def approved_units(self, at: int) -> int:
        """Return the units that may be transferred at unix second *at*, by consent or silence."""
        silence = self.status is RequestStatus.PENDING and self.deemed_at is not None and at >= self.deemed_at
        return self.units if at < self.valid_until and (self.status is RequestStatus.APPROVED or silence) else 0


class Approvals:
    """The approval rule of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "ApprovalRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def set_terms(
        self, token: str, *, deemed_approved_after: int | None = None, exempt_claims: int = 0
    ) -> Operation[None]:
        """Set how consents work for a token; art. 685c para. 3 of the Swiss Code of Obligations: three months of silence are consent."""
        return self._contract.write(
            "setApprovalTerms",
            parse_address(token),
            within("deemed_approved_after", deemed_approved_after or 0, 2**32 - 1),
            within("exempt_claims", exempt_claims, 2**32 - 1),
            summary=f"Ask for consent to transfers of {parse_address(token)}",
        )

    def request(
        self, token: str, receiver: str, units: int, *, valid_until: int, document_hash: bytes = NO_DOCUMENT
    ) -> Operation[int]:
        """Ask, as a holder, for consent to transfer up to *units*; answers the request's number.

        Raises (when tried):
            RequestOpen: one for the same receiver has effect.
        """
        account = parse_address(receiver)
        if not counted(units):
            raise InvalidInput("A request is about at least one unit.")
        return self._contract.write_returning(
            "request",
            parse_address(token),
            account,
            units,
            instant("valid_until", valid_until),
            hashed(document_hash),
            summary=f"Ask for consent to transfer {units:,} units to {account}",
            result=int,
        )

    def cancel(self, request: int) -> Operation[None]:
        """Take back, as the holder that asked, a request or a consent that is not used up."""
        return self._contract.write("cancel", _number(request), summary=f"Cancel request {request}")

    def approve(self, request: int, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Consent.

        Raises (when tried):
            RequestNotPending: it was answered, cancelled, has lapsed, or silence has become consent.
        """
        summary = f"Approve request {request}: {reason}"
        return self._contract.write(
            "approve", _number(request), reasoned(reason), hashed(document_hash), summary=summary
        )

    def refuse(self, request: int, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Refuse; raises as :meth:`approve` does."""
        summary = f"Refuse request {request}: {reason}"
        return self._contract.write(
            "refuse", _number(request), reasoned(reason), hashed(document_hash), summary=summary
        )

    def terms(self, token: str) -> ApprovalTerms:
        """Return how consents work for a token."""
        after, claims = self._contract.read("approvalTermsOf", parse_address(token))
        return ApprovalTerms(deemed_approved_after=after or None, exempt_claims=claims)

    def show(self, request: int) -> Request | None:
        """Return a request by its number; ``None`` if there is none."""
        raw = self._contract.read("requestOf", _number(request))
        if not raw["status"]:
            return None
        return Request(
            id=request,
            token=raw["token"],
            giver=raw["giver"],
            receiver=raw["receiver"],
            units=raw["units"],
            status=RequestStatus(raw["status"]),
            deemed_at=raw["deemedAt"] or None,
            valid_until=raw["validUntil"],
        )

    def between(self, token: str, sender: str, receiver: str) -> Request | None:
        """Return the latest request of the investor behind *sender* for that behind *receiver*."""
        number = self._contract.read(
            "requestBetween", parse_address(token), parse_address(sender), parse_address(receiver)
        )
        return self.show(number)

    def approved(self, token: str, sender: str, receiver: str) -> int:
        """Return the units that may be transferred now, by consent or silence."""
        return int(
            self._contract.read("approvedUnits", parse_address(token), parse_address(sender), parse_address(receiver))
        )


def _number(request: int) -> int:
    return within("request", request, _UINT256_MAX)
