"""Ballots as people give them, and as the contract takes them: choices, parts, signatures, secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode

from tokenkit._arguments import within
from tokenkit._keccak import keccak
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS, Address, parse_address
from tokenkit.voting.fitting import UnfitBallot
from tokenkit.voting.values import MAX_CLASSES, MAX_RESOLUTIONS, parse_choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from tokenkit.ledger import Answer

IN_PARTS = 3
"""The choice that says: see the marks."""
MAX_MARKS = 128
"""Parts of a ballot, over all its resolutions, so that eight proxies' ballots can be taken back in one transaction."""
NO_INSTRUCTIONS = 2**128 - 1
_SECRET_FILE, _SIGNED_FILE = "tokenkit secret ballot", "tokenkit signed ballot"

MEMBERS = (
    ("meetingId", "uint256"),
    ("voter", "address"),
    ("holder", "address"),
    ("classIndex", "uint8"),
    ("choices", "uint128"),
    ("marks", "uint256[]"),
    ("signedAt", "uint48"),
)
"""Of the EIP-712 type ``Ballot``."""


def parse_answer(value: Answer | str) -> Answer:
    """Read an answer: a choice or its word, or parts by option: units for and against, or votes by option, counted from 0.

    Raises:
        InvalidInput: neither, or a part of nothing.
    """
    if isinstance(value, Choice | str):
        return parse_choice(value)
    parts = {int(option): votes for option, votes in value.items()}
    if not parts or not all(type(votes) is int and 0 < votes <= UINT96_MAX for votes in parts.values()):
        raise InvalidInput("An answer in parts names options, and for each one or more whole votes.")
    return {option: parts[option] for option in sorted(parts)}


def encode_answers(answers: Sequence[Answer]) -> tuple[int, list[int]]:
    """Write a ballot as the contract takes it: choices (two bits a resolution) and marks."""
    choices, marks = 0, []
    for index, answer in enumerate(answers):
        if isinstance(answer, Choice):
            choices |= int(answer) << 2 * index
            continue
        choices |= IN_PARTS << 2 * index
        marks += [index << 104 | option << 96 | votes for option, votes in sorted(answer.items())]
    return choices, marks


def decode_answers(choices: int, marks: Sequence[int], count: int) -> tuple[Answer, ...]:
    """Read a ballot of *count* resolutions."""
    parts: dict[int, dict[int, int]] = {}
    for mark in marks:
        parts.setdefault(mark >> 104, {})[mark >> 96 & 0xFF] = mark & UINT96_MAX
    said = ((index, choices >> 2 * index & IN_PARTS) for index in range(count))
    return tuple(parts.get(index, {}) if choice == IN_PARTS else Choice(choice) for index, choice in said)


def encode_instructions(instructions: Sequence[Choice | str | None] | None) -> int:
    """Write what a proxy is told: a choice for each resolution, ``None`` where it is free; ``None`` altogether tells it nothing."""
    word = NO_INSTRUCTIONS
    for index, told in enumerate(instructions or ()):
        if told is not None:
            word ^= (IN_PARTS ^ parse_choice(told)) << 2 * index
    return word


def decode_instructions(word: int, count: int) -> tuple[Choice | None, ...]:
    """Read what a proxy is told about *count* resolutions; ``None``: it is free."""
    told = (word >> 2 * index & IN_PARTS for index in range(count))
    return tuple(None if one == IN_PARTS else Choice(one) for one in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBallot:
    """A ballot as its voter gives it."""

    holder: Address
    """Whose units: the voter's own, those of who named it proxy, or of a wallet it replaced."""
    answers: tuple[Answer, ...]
    """One for each resolution of the agenda."""
    class_index: int = 0
    rest: bool = False
    """Own ballot: leave proxies what they have."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "holder", parse_address(self.holder))
        object.__setattr__(self, "answers", tuple(map(parse_answer, self.answers)))
        if not 1 <= len(self.answers) <= MAX_RESOLUTIONS:
            raise UnfitBallot(f"The ballot has {len(self.answers)} answers; an agenda has 1 to {MAX_RESOLUTIONS}.")
        parts = sum(len(answer) for answer in self.answers if not isinstance(answer, Choice))
        if parts > MAX_MARKS:
            raise UnfitBallot(f"The ballot has {parts} parts; a ballot has at most {MAX_MARKS}. Split fewer answers.")
        within("class_index", self.class_index, MAX_CLASSES - 1)

    def as_argument(self) -> dict[str, object]:
        """Write it as ``cast`` takes it."""
        choices, marks = encode_answers(self.answers)
        return {
            "holder": self.holder,
            "classIndex": self.class_index,
            "rest": self.rest,
            "choices": choices,
            "marks": marks,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBallot:
    """A ballot that its voter signs, for anybody to hand in; of two, the one signed in the later second counts."""

    meeting: int
    voter: Address
    ballot: GivenBallot
    signed_at: int
    """Unix seconds."""
    signature: bytes = b""

    def __post_init__(self) -> None:
        if self.ballot.rest:
            raise UnfitBallot(
                "A signed ballot is for all units of its holder: what proxies have must not depend on when it arrives."
            )

    def as_argument(self) -> dict[str, object]:
        """Write it as the contract takes it, and as it is signed."""
        given = self.ballot.as_argument()
        head = {"meetingId": self.meeting, "voter": self.voter}
        return {name: (head | given | {"signedAt": self.signed_at})[name] for name, _ in MEMBERS}

    def with_signature(self, signature: bytes) -> SignedBallot:
        """Return it with the *signature* of a wallet that signed :meth:`Ballots.typed_data` elsewhere."""
        return replace(self, signature=signature)

    def to_json(self) -> str:
        """Write it to hand it on: there is nothing in it that the chain will not show."""
        return _written(
            _SIGNED_FILE,
            {
                "meeting": self.meeting,
                "voter": self.voter,
                **{key: value for key, value in _given_json(self.ballot).items() if key != "rest"},
                "signed_at": self.signed_at,
                "signature": self.signature.hex(),
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises:
            InvalidInput: something else.
        """
        raw = _read(_SIGNED_FILE, text)
        try:
            return cls(
                meeting=int(raw["meeting"]),
                voter=parse_address(raw["voter"]),
                ballot=_given_from(raw),
                signed_at=int(raw["signed_at"]),
                signature=bytes.fromhex(raw["signature"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput(f"The signed ballot is not complete: {error}.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretBallot:
    """A ballot that shows only its hash until the close. Whoever has the salt can open it; without it nobody can."""

    chain_id: int
    contract: Address
    meeting: int
    ballot: GivenBallot
    salt: bytes
    proxy: Address | None = None
    """None: the holder's own."""

    def __post_init__(self) -> None:
        if len(self.salt) != 32:
            raise InvalidInput("The salt of a secret ballot has 32 bytes.")

    def __repr__(self) -> str:
        return f"SecretBallot(meeting={self.meeting}, holder={self.ballot.holder})"

    @property
    def commitment(self) -> bytes:
        """The hash that is handed in. Made here: a node that was asked for it would see the choices."""
        choices, marks = encode_answers(self.ballot.answers)
        packed = b"".join(mark.to_bytes(32, "big") for mark in marks)
        types = ["uint256", "address", "uint256", "address", "uint8", "address", "uint128", "bytes32", "bytes32"]
        values = [
            self.chain_id,
            self.contract,
            self.meeting,
            self.ballot.holder,
            self.ballot.class_index,
            self.proxy or ZERO_ADDRESS,
            choices,
            keccak(packed),
            self.salt,
        ]
        return keccak(encode(types, values))

    def to_json(self) -> str:
        """Write it with its salt, for a file that only the voter can read."""
        return _written(
            _SECRET_FILE,
            {
                "chain_id": self.chain_id,
                "contract": self.contract,
                "meeting": self.meeting,
                **_given_json(self.ballot),
                "proxy": self.proxy,
                "salt": self.salt.hex(),
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises:
            InvalidInput: something else.
        """
        raw = _read(_SECRET_FILE, text)
        try:
            return cls(
                chain_id=int(raw["chain_id"]),
                contract=parse_address(raw["contract"]),
                meeting=int(raw["meeting"]),
                ballot=_given_from(raw),
                proxy=parse_address(raw["proxy"]) if raw["proxy"] else None,
                salt=bytes.fromhex(raw["salt"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput("The secret ballot is not complete, or not one.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyGrant:
    """What a proxy has of a holder's units."""

    proxy: Address
    units: int
    instructions: tuple[Choice | None, ...]
    """For each resolution; None: as the proxy sees fit."""
    has_voted: bool


def _given_json(given: GivenBallot) -> dict[str, object]:
    return {
        "holder": given.holder,
        "class_index": given.class_index,
        "rest": given.rest,
        "answers": [
            one.name.lower() if isinstance(one, Choice) else {str(int(key)): str(votes) for key, votes in one.items()}
            for one in given.answers
        ],
        "options_from": 0,  # for whoever looks into the file: the contract counts so, and commands from 1
    }


def _given_from(raw: Mapping[str, Any]) -> GivenBallot:
    answers = tuple(
        one if isinstance(one, str) else {int(option): int(votes) for option, votes in one.items()}
        for one in raw["answers"]
    )
    return GivenBallot(
        holder=raw["holder"],
        class_index=int(raw["class_index"]),
        rest=bool(raw.get("rest", False)),
        answers=tuple(map(parse_answer, answers)),
    )


def _written(kind: str, values: Mapping[str, object]) -> str:
    return json.dumps({"format": kind, "version": 1, **values}, indent=2) + "\n"


def _read(kind: str, text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"This is no {kind}: it is not JSON.") from error
    if not isinstance(raw, dict) or (raw.get("format"), raw.get("version")) != (kind, 1):
        raise InvalidInput(f"This is no {kind} of a version known here.")
    return raw
