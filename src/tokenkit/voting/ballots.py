"""Ballots beyond the plain one: split, entrusted, signed, secret (``MeetingsOffice.sol``, at the meetings' address)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import counted, within
from tokenkit._contract import pages
from tokenkit._eip712 import Domain
from tokenkit.chain import MAX_TRANSACTION_GAS
from tokenkit.chain.decoding import decode
from tokenkit.errors import InvalidInput
from tokenkit.types import ZERO_ADDRESS, Address, parse_address
from tokenkit.voting import given as form
from tokenkit.voting.booth import BallotsReading, in_parts
from tokenkit.voting.fitting import UnfitBallot, require_count, require_fit
from tokenkit.voting.given import (
    GivenBallot,
    ProxyGrant,
    SecretBallot,
    SignedBallot,
    decode_answers,
    encode_answers,
    encode_instructions,
    parse_answer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.chain import Signer
    from tokenkit.ledger import Choice
    from tokenkit.operation import Operation, Sent

__all__ = [
    "Ballots",
    "GivenBallot",
    "ProxyGrant",
    "RefusedBallot",
    "SecretBallot",
    "SignedBallot",
    "decode_answers",
    "encode_answers",
    "parse_answer",
]

PAGE = 128
"""Signed ballots in one transaction, unless they need more gas than it has."""
_DOMAIN = ("tokenkit meetings", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBallot:
    """A signed ballot of a batch that does not count."""

    meeting: int
    holder: Address
    index: int
    """In its transaction, from 0."""
    reason: str


def refused_ballot(args: Mapping[str, Any]) -> RefusedBallot:
    """Read the event ``BallotRefused`` of a batch."""
    return RefusedBallot(
        meeting=args["meetingId"],
        holder=args["holder"],
        index=args["index"],
        reason=decode(args["reason"]).sentence,
    )


class Ballots(BallotsReading):
    """How votes are given in the meetings of one issuer."""

    __slots__ = ()

    # ---- casting ----

    def cast(self, meeting: int, ballots: Sequence[GivenBallot], *, voter: str | None = None) -> Operation[None]:
        """Cast ballots of the sender's own and of entrusted units; all of them or none.

        Where *voter*, who is to send them, is given, each is judged before with its votes and instructions, as a signed one is.

        Raises:
            InvalidInput: none.
            UnfitBallot: one that does not answer every resolution, or gives what is not on the agenda.

        Raises (when tried):
            VotingNotOpen, VotingClosed, NoVotes, NotHolder, SecretBallot, InvalidBallot, InvalidMark, TooManyVotes, HolderInterested,
            AgainstInstructions.
        """
        if not ballots:
            raise InvalidInput("No ballots. Give at least one.")
        count, split = self._resolutions(meeting), any(map(in_parts, ballots))
        notice = (
            self._notice(meeting) if split else None
        )  # a ballot in one piece is judged by the contract when it is tried
        for ballot in ballots:
            require_count(ballot, count)
            if voter is not None:
                self._require_fit(meeting, ballot, voter)
            elif notice is not None:
                require_fit(ballot, notice)
        given = [ballot.as_argument() for ballot in ballots]
        return self._contract.write(
            "cast", meeting, given, summary=f"{_some(len(given), 'Cast', 'ballot')} in meeting {meeting}"
        )

    # ---- proxies ----

    def grant(
        self,
        meeting: int,
        holder: str,
        proxy: str,
        *,
        units: int = 0,
        class_index: int = 0,
        instructions: Sequence[Choice | str | None] | None = None,
    ) -> Operation[None]:
        """Name a proxy, or change what it has, until it or the holder has voted.

        *units* 0: all that no other proxy has. *instructions* are one for each resolution, ``None`` where the proxy is free.

        Raises (when tried):
            NotHolder, NoVotes, InvalidProxy, NotEnoughUnits, TooManyProxies, HolderHasVoted, ProxyHasVoted, HolderInterested, InvalidBallot,
            VotingClosed.
        """
        count = self._resolutions(meeting)
        if instructions is not None and len(instructions) != count:
            raise InvalidInput(
                f"The agenda has {count} resolutions, the instructions {len(instructions)}. Give one each."
            )
        account, other = parse_address(holder), parse_address(proxy)
        what = f"{units} units" if counted(units) else "all units"
        return self._contract.write(
            "grantProxy",
            meeting,
            account,
            class_index,
            other,
            units,
            encode_instructions(instructions),
            summary=f"Let {other} vote in meeting {meeting} with {what} of {account}",
        )

    def revoke(self, meeting: int, holder: str, proxy: str, *, class_index: int = 0) -> Operation[None]:
        """Take back what a proxy has that has not voted; later, only the holder's own ballot takes the units back.

        Raises (when tried):
            NoProxy, ProxyHasVoted, NotHolder, VotingClosed.
        """
        account, other = parse_address(holder), parse_address(proxy)
        summary = f"Take back from {other} what it has of {account} in meeting {meeting}"
        return self._contract.write("revokeProxy", meeting, account, class_index, other, summary=summary)

    # ---- signed ballots ----

    def unsigned(
        self, meeting: int, ballot: GivenBallot, *, voter: str | None = None, signed_at: int | None = None
    ) -> SignedBallot:
        """Write a ballot for *voter* (the holder, unless a proxy or a successor votes) to sign; of the chain's present second by default.

        Raises:
            UnfitBallot: the meeting would refuse it, as one in secret does any that is signed; or it is for the rest only.
        """
        if self._require_fit(meeting, ballot, voter).ends:
            raise UnfitBallot(
                f"Meeting {meeting} votes in secret, and takes no signed ballot. Hand in a hash, and open it after the close."
            )
        at = self._contract.chain.now() if signed_at is None else signed_at
        return SignedBallot(meeting=meeting, voter=parse_address(voter or ballot.holder), ballot=ballot, signed_at=at)

    def typed_data(self, ballot: SignedBallot) -> dict[str, object]:
        """Return the whole EIP-712 message that the voter signs: bound to this chain and contract."""
        name, version = _DOMAIN
        chain_id = self._contract.chain.chain_id
        domain = Domain(name=name, version=version, chain_id=chain_id, contract=self._contract.address)
        return domain.message("Ballot", form.MEMBERS, ballot.as_argument())

    def sign(self, signer: Signer, meeting: int, ballot: GivenBallot, *, signed_at: int | None = None) -> SignedBallot:
        """Sign a ballot as the voter. Nothing is sent; anybody hands it in."""
        unsigned = self.unsigned(meeting, ballot, voter=signer.address, signed_at=signed_at)
        return unsigned.with_signature(signer.sign_typed_data(self.typed_data(unsigned)))

    def cast_signed(self, ballot: SignedBallot) -> Operation[None]:
        """Hand in a signed ballot; anybody may.

        Raises (when tried):
            BallotNotSigned, BallotFromTheFuture, BallotSuperseded, and what :meth:`cast` raises.
        """
        summary = f"Hand in the signed ballot of {ballot.voter} in meeting {ballot.meeting}"
        return self._contract.write("castSigned", ballot.as_argument(), ballot.signature, summary=summary)

    def cast_batch(
        self, ballots: Sequence[SignedBallot], *, sender: str, page_size: int = PAGE
    ) -> tuple[Operation[int], ...]:
        """Hand in signed ballots, in as few transactions as have the gas; one that does not count holds up no other.

        The answer of each is how many count; :meth:`refusals` says why others do not.
        """

        def make(page: Sequence[SignedBallot]) -> Operation[int]:
            rows, signatures = [one.as_argument() for one in page], [one.signature for one in page]
            summary = _some(len(page), "Hand in", "signed ballot")
            return self._contract.write_returning("castBatch", rows, signatures, summary=summary, result=int)

        size = within("page_size", page_size, PAGE) or PAGE
        # A ballot may take back those of eight proxies, and ask a wallet that burns its gas: only an estimate tells.
        return pages(ballots, make, sender=sender, page_size=size, row_gas=MAX_TRANSACTION_GAS)

    def refusals(self, sent: Sent[int]) -> tuple[RefusedBallot, ...]:
        """Say which ballots of a batch do not count, and why."""
        return tuple(refused_ballot(event.args) for event in sent.events if event.name == "BallotRefused")

    # ---- secret ballots ----

    def secret(self, meeting: int, ballot: GivenBallot, *, proxy: str | None = None) -> SecretBallot:
        """Seal a ballot under a new random salt. Keep it where only the voter reads it, before it is handed in: see ``to_json``.

        Raises:
            UnfitBallot: the meeting would refuse it, which shows only when it is opened.
        """
        self._require_fit(meeting, ballot, proxy)
        return SecretBallot(
            chain_id=self._contract.chain.chain_id,
            contract=self._contract.address,
            meeting=meeting,
            ballot=ballot,
            proxy=parse_address(proxy) if proxy else None,
            salt=secrets.token_bytes(32),
        )

    def commit(self, secret: SecretBallot) -> Operation[None]:
        """Hand in the hash of a secret ballot, as its voter; handing in again replaces it.

        Raises (when tried):
            OpenBallot, VotingNotOpen, VotingClosed, NoVotes, NotHolder.
        """
        self._require_here(secret)
        given, meeting = secret.ballot, secret.meeting
        return self._contract.write(
            "commit",
            meeting,
            given.holder,
            given.class_index,
            given.rest,
            secret.commitment,
            summary=f"Hand in a secret ballot of {given.holder} in meeting {meeting}",
        )

    def open(self, secret: SecretBallot) -> Operation[None]:
        """Open a secret ballot after the close; whoever knows the salt may.

        Raises (when tried):
            NotTheTimeToOpen, CommitmentDiffers, and what :meth:`cast` raises of a ballot that breaks a rule.
        """
        self._require_here(secret)
        given, meeting = secret.ballot, secret.meeting
        choices, marks = encode_answers(given.answers)
        return self._contract.write(
            "open",
            meeting,
            given.holder,
            given.class_index,
            secret.proxy or ZERO_ADDRESS,
            choices,
            marks,
            secret.salt,
            summary=f"Open the secret ballot of {given.holder} in meeting {meeting}",
        )

    def _require_here(self, secret: SecretBallot) -> None:
        if (secret.chain_id, secret.contract) != (self._contract.chain.chain_id, self._contract.address):
            raise InvalidInput("The secret ballot is for another chain, or for the meetings of another issuer.")


def _some(count: int, verb: str, noun: str) -> str:
    return f"{verb} a {noun}" if count == 1 else f"{verb} {count} {noun}s"
