"""Meetings called in full: two classes, elections, proxies, signatures, secrets and prepared calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.contracts.rights_stage import ISSUER_ROLE, Handle, artifact, deploy
from tests.contracts.voting.conftest import HOUR, NOTICE, SIMPLE, MeetingStage

from tokenkit import reverts
from tokenkit.errors import Reverted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.chain import Receipt, Signer
    from tokenkit.types import Address

DAY = 24 * HOUR
PARTS = 3
"""The choice that says: see the marks."""
CUSTOM, PLURALITY = 3, 4
MOTION, CHOICE, ELECTION = 0, 1, 2
CAST, PRESENT, ENTITLED = 0, 1, 2
ALL_CLASSES = 255
FREE = 2**128 - 1
"""No instructions."""
GUARDIAN_ROLE = 11
NO_CALLS = bytes(32)

BALLOT = [
    {"name": "meetingId", "type": "uint256"},
    {"name": "voter", "type": "address"},
    {"name": "holder", "type": "address"},
    {"name": "classIndex", "type": "uint8"},
    {"name": "choices", "type": "uint128"},
    {"name": "marks", "type": "uint256[]"},
    {"name": "signedAt", "type": "uint48"},
]
DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


def mark(resolution: int, option: int, units: int) -> int:
    return resolution << 104 | option << 96 | units


def item(**changes: object) -> dict[str, Any]:
    """Put a motion to all classes, by simple majority of the votes cast."""
    return {
        "documentHash": NOTICE,
        "callsHash": NO_CALLS,
        "kind": MOTION,
        "options": 0,
        "seats": 0,
        "classIndex": ALL_CLASSES,
        "majority": SIMPLE,
        "numerator": 0,
        "denominator": 0,
        "base": CAST,
        "quorumBps": 0,
        "interested": [],
        **changes,
    }


def choice(options: int, **changes: object) -> dict[str, Any]:
    return item(kind=CHOICE, options=options, seats=1, **{"majority": PLURALITY, **changes})


def election(candidates: int, seats: int, **changes: object) -> dict[str, Any]:
    return item(kind=ELECTION, options=candidates, seats=seats, majority=PLURALITY, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly(MeetingStage):
    """Two classes: of the first as on the stage; of the second ben holds 100, cleo 50 and dora 30; the multipliers are 1 and 10."""

    second: Handle
    guardian: Signer
    relayer: Signer

    @property
    def tokens(self) -> list[Address]:
        return [self.stage.register.address, self.second.address]

    @property
    def registers(self) -> list[Handle]:
        return [self.stage.register, self.second]

    def full_notice(self, *agenda: Mapping[str, Any], **changes: object) -> dict[str, Any]:
        opens = max(self.stage.record_date, self.chain.now()) + 2 * HOUR
        return {
            "recordDate": self.stage.record_date,
            "opens": opens,
            "closes": opens + 48 * HOUR,
            "latestClose": 0,
            "ends": 0,
            "executionDelay": 0,
            "documentHash": NOTICE,
            "classes": [
                {"token": token, "multiplier": votes} for token, votes in zip(self.tokens, (1, 10), strict=True)
            ],
            "agenda": list(agenda) or [item()],
            "excluded": [self.stage.treasury.address],
            **changes,
        }

    def convene(self, *agenda: Mapping[str, Any], **changes: object) -> int:
        receipt = self.meetings.send(self.stage.issuer, "convene", self.full_notice(*agenda, **changes))
        return int(self.meetings.only_event(receipt, "MeetingConvened")["meetingId"])

    def convene_and_open(self, *agenda: Mapping[str, Any], **changes: object) -> None:
        self.convene(*agenda, **changes)
        self.open()

    def given(self, holder: Signer | Address, choices: int = 0, parts: Sequence[int] = (), **changes: object) -> Any:  # noqa: ANN401 - a tuple the ABI knows
        address = holder if isinstance(holder, str) else holder.address
        return {
            "holder": address,
            "classIndex": 0,
            "rest": False,
            "choices": choices,
            "marks": list(parts),
            **changes,
        }

    def cast(
        self, voter: Signer, choices: int = 0, parts: Sequence[int] = (), *, of: Signer | None = None, **changes: object
    ) -> Receipt:
        return self.meetings.send(voter, "cast", 1, [self.given(of or voter, choices, parts, **changes)])

    def grant(
        self, holder: Signer, proxy: Signer, units: int = 0, instructions: int = FREE, *, index: int = 0
    ) -> Receipt:
        return self.meetings.send(holder, "grantProxy", 1, holder.address, index, proxy.address, units, instructions)

    def signed(
        self,
        voter: Signer,
        choices: int = 0,
        parts: Sequence[int] = (),
        *,
        at: int,
        of: Signer | None = None,
        wallet: Address | None = None,
        **changes: object,
    ) -> tuple[dict[str, Any], bytes]:
        """Sign a ballot, in the name of a contract *wallet* or in one's own."""
        address = wallet or voter.address
        ballot = {
            "meetingId": 1,
            "voter": address,
            "holder": of.address if of else address,
            "classIndex": 0,
            "choices": choices,
            "marks": list(parts),
            "signedAt": at,
            **changes,
        }
        return ballot, self.sign(voter, ballot)

    def sign(self, voter: Signer, ballot: Mapping[str, Any], domain: Mapping[str, Any] | None = None) -> bytes:
        domain = domain or {
            "name": "tokenkit meetings",
            "version": "1",
            "chainId": self.chain.chain_id,
            "verifyingContract": self.meetings.address,
        }
        message = {
            "types": {"EIP712Domain": DOMAIN, "Ballot": BALLOT},
            "primaryType": "Ballot",
            "domain": dict(domain),
            "message": dict(ballot),
        }
        return voter.sign_typed_data(message)

    def relay(self, *ballots: tuple[dict[str, Any], bytes]) -> Receipt:
        return self.meetings.send(
            self.relayer, "castBatch", [one for one, _ in ballots], [signature for _, signature in ballots]
        )

    def result(self, resolution: int = 0) -> dict[str, Any]:
        return dict(self.meetings.read("resultOf", 1, resolution))

    def ballot(self, holder: Signer, proxy: Signer | None = None, *, index: int = 0) -> tuple[int, int, list[int]]:
        """Return units, choices and marks."""
        address = proxy.address if proxy else ZERO_ADDRESS
        found = self.meetings.read("markedBallotOf", 1, holder.address, index, address)
        return found[0], found[1], list(found[3])

    def hash_of(self, holder: Signer, choices: int, salt: bytes, parts: Sequence[int] = (), **changes: Any) -> bytes:  # noqa: ANN401
        proxy = changes.get("proxy", ZERO_ADDRESS)
        index = changes.get("index", 0)
        return bytes(self.meetings.read("commitmentOf", 1, holder.address, index, proxy, choices, list(parts), salt))

    def state(self, people: Sequence[Signer] = ()) -> object:
        """Look at every count, ballot and grant of the first two meetings."""
        everybody = [one.address for one in (*self.stage.holders, self.stage.treasury, *people)]
        count = self.meetings.read("meetingCount")
        return [
            (
                self.meetings.read("meetingOf", number),
                [
                    self.meetings.read("resultOf", number, at)
                    for at in range(self.meetings.read("meetingOf", number)["resolutions"])
                ],
                [
                    (
                        self.meetings.read("markedBallotOf", number, one, index, ZERO_ADDRESS),
                        self.meetings.read("proxiesOf", number, one, index),
                    )
                    for one in everybody
                    for index in (0, 1)
                ],
            )
            for number in range(1, count + 1)
        ]


NAMES = {
    kind.selector: name
    for name, kind in vars(reverts).items()
    if isinstance(kind, type) and issubclass(kind, Reverted) and kind is not Reverted and hasattr(kind, "selector")
}


def name_of(reason: bytes) -> str:
    """Name the error that a batch gives as the reason of a refusal."""
    return NAMES[reason[:4]]


def assemble(hall: MeetingStage) -> Assembly:
    """Add a second class and a guardian to the stage; the second class's token comes after the first's."""
    stage = hall.stage
    second = deploy(stage.chain, stage.admin, "RegisterStub")
    while int(second.address, 16) < int(stage.register.address, 16):
        second = deploy(stage.chain, stage.admin, "RegisterStub")
    second.send(stage.admin, "schedule", stage.record_date)
    holdings = {stage.ben.address: 100, stage.cleo.address: 50, stage.dora.address: 30}
    second.send(stage.admin, "hold", 0, list(holdings), list(holdings.values()))
    issue = [artifact("SecurityToken").selector("issue")]
    for register in (stage.register, second):  # the issuer's own: the authority says who may issue them
        stage.manager.send(stage.admin, "setTargetFunctionRole", register.address, issue, ISSUER_ROLE)
    guardian, relayer = stage.chain.accounts[9:11]
    selector = artifact("Meetings").selector("cancel")
    stage.manager.send(stage.admin, "setTargetFunctionRole", hall.meetings.address, [selector], GUARDIAN_ROLE)
    stage.manager.send(stage.admin, "grantRole", GUARDIAN_ROLE, guardian.address, 0)
    return Assembly(stage=stage, second=second, guardian=guardian, relayer=relayer)
