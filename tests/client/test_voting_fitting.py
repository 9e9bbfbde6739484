"""A ballot that its meeting would refuse is refused before anything is sent; above all a secret one, which would fail too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from eth_abi.abi import encode
from tests.client.assembly import DAY, FullAssembly

from tokenkit._contract import fits, pages
from tokenkit.chain.decoding import decode
from tokenkit.errors import InvalidInput, OutOfGas
from tokenkit.ledger import Choice, Kind
from tokenkit.operation import Operation
from tokenkit.reverts import AgainstInstructions, BallotOutOfGas, InvalidExtension, TooManyVotes
from tokenkit.voting import MAX_MARKS, ClassNotice, GivenBallot, ItemNotice, UnfitBallot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Chain, Transaction
    from tokenkit.ledger import Answer
    from tokenkit.suite import Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
HOLDER = cast("Address", "0x" + "12" * 20)
ELECTION = ItemNotice(kind=Kind.ELECTION, options=("Kim", "Lee", "Max"), seats=2)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((), "0 answers"),
        ((FOR,) * 65, "65 answers"),
        ((dict.fromkeys(range(MAX_MARKS + 1), 1),), "129 parts"),
        ((dict.fromkeys(range(100), 1), dict.fromkeys(range(29), 1)), "129 parts"),
    ],
)
def test_given_ballot__more_than_any_meeting_takes__refused(answers: tuple[Answer, ...], said: str) -> None:
    with pytest.raises(UnfitBallot, match=said):
        GivenBallot(holder=HOLDER, answers=answers)


def test_given_ballot__class_that_cannot_be__refused() -> None:
    with pytest.raises(InvalidInput, match="class_index"):
        GivenBallot(holder=HOLDER, answers=(FOR,), class_index=4)


@pytest.fixture
def assembly(suite: Suite, people: People) -> FullAssembly:
    made = FullAssembly(suite, people)
    motion, interested = ItemNotice(title="Accounts"), ItemNotice(interested=(people.ben.address,))
    excluded = (people.issuer.address,)
    classes = (ClassNotice(token=made.ordinary),)
    agenda = (motion, ELECTION, interested)
    made.call(classes=classes, agenda=agenda, excluded=excluded, ends=made.closes + DAY)
    made.travel(made.opens)
    return made


@pytest.mark.parametrize(
    ("given", "resolution", "said"),
    [
        (("ana", (FOR, ABSTAIN)), None, "3 resolutions, the ballot 2"),
        (("ana", ({0: 1}, ABSTAIN, FOR)), 0, "Resolution 1: It is a motion"),
        (("ana", (FOR, FOR, FOR)), 1, "options 1 to 3. Give votes"),
        (("ana", (FOR, {3: 1}, FOR)), 1, "options 1 to 3, not 4"),
        (("ana", (FOR, {0: 140, 2: 1}, FOR)), 1, "gives 141 votes and has 140 .70 units × 2 seats"),
        (("ana", ({1: 60, 2: 11}, ABSTAIN, FOR)), 0, "gives 71 votes and has 70"),
        (("ben", (FOR, ABSTAIN, FOR)), 2, "is interested"),
        (("issuer", (FOR, ABSTAIN, FOR)), None, "has no votes in this meeting"),
    ],
)
def test_secret__ballot_that_would_be_refused_when_it_is_opened__not_sealed(
    assembly: FullAssembly, people: People, given: tuple[str, tuple[Answer, ...]], resolution: int | None, said: str
) -> None:
    ballot = GivenBallot(holder=getattr(people, given[0]).address, answers=given[1])
    for seal in (assembly.voting.booth.secret, assembly.voting.booth.unsigned):
        with pytest.raises(UnfitBallot, match=said) as caught:
            seal(1, ballot)
        assert caught.value.resolution == resolution


def test_secret__proxy_and_rest__judged_by_the_units_granted_and_left(assembly: FullAssembly, people: People) -> None:
    booth, ana, ben = assembly.voting.booth, people.ana.address, people.ben.address
    booth.grant(1, ana, ben, units=40).send(people.ana)
    for units, rest, proxy in ((40, False, ben), (30, True, None), (70, False, None)):
        fitting = GivenBallot(holder=ana, answers=({1: units}, ABSTAIN, ABSTAIN), rest=rest)
        assert booth.secret(1, fitting, proxy=proxy).ballot == fitting
        assert booth.units(1, ana, voter=proxy, rest=rest) == units
        too_many = GivenBallot(holder=ana, answers=({1: units + 1}, ABSTAIN, ABSTAIN), rest=rest)
        with pytest.raises(UnfitBallot, match=f"has {units} "):
            booth.secret(1, too_many, proxy=proxy)


def test_secret__proxy_that_is_instructed__told_on_which_resolution(assembly: FullAssembly, people: People) -> None:
    booth, ana, ben = assembly.voting.booth, people.ana.address, people.ben.address
    booth.grant(1, ana, ben, instructions=["against", None, None]).send(people.ana)
    ballot = GivenBallot(holder=ana, answers=(FOR, ABSTAIN, ABSTAIN))
    with pytest.raises(UnfitBallot, match=r"Resolution 1: The proxy is instructed to say against\."):
        booth.secret(1, ballot, proxy=ben)
    with pytest.raises(UnfitBallot, match="votes in secret"):
        booth.unsigned(1, ballot)


def test_decode__refusals_of_ballots__name_the_resolution_and_the_time() -> None:
    bound = 2**128 - 1 ^ (3 ^ 2) << 2  # resolution 2: against; else free
    for error, said in (
        (TooManyVotes(1, 41, 40), "Resolution 2: the ballot gives 41 votes and has 40."),
        (AgainstInstructions(bound), "The ballot does not follow the instructions: resolution 2 against."),
        (
            InvalidExtension(1_906_502_400, 1_906_416_000),
            "2030-06-01 00:00:00 UTC was asked, and 2030-05-31 00:00:00 UTC",
        ),
        (InvalidExtension(1_906_502_400, 0), "it names no later close."),
    ):
        data = error.selector + encode(error.abi_types, error.args)
        assert said in decode(data).sentence


def test_cast__option_of_another_class_or_class_that_does_not_meet__refused(
    assembly: FullAssembly, people: People
) -> None:
    with pytest.raises(UnfitBallot, match="not 4"):
        assembly.voting.booth.cast(1, [GivenBallot(holder=people.ana.address, answers=(FOR, {3: 1}, FOR))])
    with pytest.raises(UnfitBallot, match="of 1 classes"):
        assembly.voting.booth.unsigned(
            1, GivenBallot(holder=people.ana.address, answers=(FOR, ABSTAIN, FOR), class_index=1)
        )


class Node:
    """Estimates a page by its rows; with too little gas it is refused as the contracts refuse it."""

    def __init__(self, most: int, refusal: Exception | None) -> None:
        self.most, self.refusal = most, refusal

    def estimate(self, transaction: Transaction, _sender: Address) -> int:
        if len(transaction.data) <= self.most:
            return 16_777_216
        if self.refusal is None:
            return 16_777_217
        raise self.refusal


def paged(node: Node, rows: int) -> list[int]:
    def make(page: Sequence[int]) -> Operation[Any]:
        return Operation(to=HOLDER, data=bytes(page), summary="", chain=cast("Chain", node), decode=lambda _: None)

    found = pages(list(range(rows)), make, sender=HOLDER, page_size=128, row_gas=16_777_217)
    assert b"".join(operation.data for operation in found) == bytes(range(rows))
    return [len(operation.data) for operation in found]


@pytest.mark.parametrize("refusal", [None, BallotOutOfGas(3), OutOfGas()])
def test_pages__too_little_gas__halved_until_each_fits_and_none_left_out(refusal: Exception | None) -> None:
    assert paged(Node(50, refusal), 130) == [32, 32, 32, 32, 2]
    assert paged(Node(1, refusal), 3) == [1, 1, 1]
    with pytest.raises(InvalidInput, match="Row 1 alone"):
        paged(Node(0, refusal), 3)


def test_fits__page_that_no_row_can_make_too_large__tried_and_not_estimated() -> None:
    class Trying(Node):
        def call(self, *_args: object, **_more: object) -> bytes:
            return b""

    operation = Operation(
        to=HOLDER, data=b"x", summary="", chain=cast("Chain", Trying(0, OutOfGas())), decode=lambda _: None
    )
    assert fits(operation, HOLDER, rows=33)
    assert not fits(operation, HOLDER, rows=34)
