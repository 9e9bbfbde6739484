"""The laws of a meeting, held against events alone: events of a contract that broke one are told by its name."""

from __future__ import annotations

from itertools import count
from typing import Any, cast

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, marks
from tests.contracts.voting.in_full import FREE, PARTS, mark

from tokenkit.artifacts import Event
from tokenkit.errors import InvalidAmount
from tokenkit.ledger import Kind
from tokenkit.types import ZERO_ADDRESS, Address
from tokenkit.voting import ClassNotice, FullNotice, ItemNotice, figures
from tokenkit.voting.laws import breaches

ANA, BEN, CLO, DAN, EVE = (Address(f"0x{digit * 40}") for digit in "12345")
FIRST, SECOND = (cast("Address", f"0x{digit * 40}") for digit in "67")
UNITS: tuple[dict[Address, int], ...] = ({ANA: 60, BEN: 30, CLO: 10}, {ANA: 5})
DATE = 1_900_000_000
OPENS, CLOSES, LATEST = DATE + 1_000, DATE + 20_000, DATE + 30_000
NOTICE = FullNotice(
    classes=(ClassNotice(token=FIRST), ClassNotice(token=SECOND, multiplier=3)),
    record_date=DATE,
    opens=OPENS,
    closes=CLOSES,
    latest_close=LATEST,
    agenda=(
        ItemNotice(),
        ItemNotice(kind=Kind.ELECTION, options=("Kim", "Lee", "Mo"), seats=2),
        ItemNotice(voters=SECOND, interested=(BEN,)),
    ),
)
SECRET = FullNotice(
    classes=NOTICE.classes, record_date=DATE, opens=OPENS, closes=CLOSES, ends=CLOSES + 5_000, agenda=(ItemNotice(),)
)
PLACES = count()


def told(name: str, at: int, *, tx: str = "", **args: Any) -> Event:  # noqa: ANN401 - whatever an event says
    """Tell an event of a second; the block has its number."""
    where = cast("Any", tx or f"{name} {at} {args}")
    return Event(
        name=name,
        args=args,
        address=FIRST,
        block_number=at,
        block_timestamp=at,
        log_index=next(PLACES),
        transaction_hash=where,
    )


def cast_(holder: Address, choices: int = FOR, at: int = OPENS, *, units: int = 0, **changes: Any) -> Event:  # noqa: ANN401
    units = units or UNITS[0][holder]
    tx = changes.pop("tx", "")
    return told(
        "BallotCast", at, tx=tx, **{"holder": holder, "voter": holder, "units": units, "choices": choices, **changes}
    )


def marked(holder: Address, choices: int, parts: tuple[int, ...] = (), at: int = OPENS, **changes: Any) -> Event:  # noqa: ANN401
    said = {"holder": holder, "proxy": ZERO_ADDRESS, "classIndex": 0, "voter": holder, "units": 0} | changes
    tx = str(said.pop("tx", ""))
    said["units"] = said["units"] or UNITS[int(said["classIndex"])][holder]  # type: ignore[call-overload]  # a number
    return told("BallotMarked", at, tx=tx, choices=choices, marks=parts, **said)


def by_proxy(
    proxy: Address, choices: int, units: int, parts: tuple[int, ...] = (), voter: Address | None = None
) -> Event:
    return marked(ANA, choices, parts, proxy=proxy, voter=voter or proxy, units=units)


def granted(proxy: Address, units: int, at: int = DATE, instructions: int = FREE, holder: Address = ANA) -> Event:
    return told("ProxyGranted", at, holder=holder, proxy=proxy, classIndex=0, units=units, instructions=instructions)


def revoked(proxy: Address, at: int, tx: str = "") -> Event:
    return told("ProxyRevoked", at, tx=tx, holder=ANA, proxy=proxy, classIndex=0)


def signed(holder: Address, signed_at: int, at: int, choices: int = FOR) -> tuple[Event, Event]:
    tx = f"signed {holder} {at}"
    first = told("BallotSigned", at, tx=tx, holder=holder, voter=holder, classIndex=0, signedAt=signed_at)
    return first, cast_(holder, choices, at, tx=tx)


def committed(at: int = OPENS) -> Event:
    return told("BallotCommitted", at, holder=ANA, proxy=ZERO_ADDRESS, classIndex=0, units=60, commitment=b"\1" * 32)


def extended(at: int, closes: int, ends: int = 0) -> Event:
    return told("CloseExtended", at, closes=closes, ends=ends)


def succeeded(lost: Address, replacement: Address, at: int) -> Event:
    return told("WalletSucceeded", at, lost=lost, replacement=replacement)


def broken(
    *events: Event, notice: FullNotice = NOTICE, recoveries: tuple[Event, ...] = ()
) -> list[tuple[str, int, int]]:
    """Return what broke the law: its name, what is lawful, what is said."""
    terms = figures.terms_of(notice, events, UNITS, ["", ""])
    times = {event.block_number: event.block_number for event in events}
    found = breaches(notice, terms, events, times=times, successions=(recoveries, ()))
    return [(one.name, one.counted, one.reported) for one in found]


RECOVERED = (succeeded(CLO, DAN, OPENS + 1), succeeded(DAN, EVE, OPENS + 2))


def test_breaches__lawful_from_the_notice_to_the_close__none() -> None:
    events = (
        granted(BEN, 40, instructions=marks(FOR, PARTS, PARTS)),
        granted(CLO, 20),
        by_proxy(BEN, marks(FOR), 40),
        by_proxy(CLO, marks(AGAINST), 20),
        *signed(BEN, OPENS + 5, OPENS + 10),
        *signed(BEN, OPENS + 6, OPENS + 11, AGAINST),
        *(revoked(proxy, OPENS + 40, "own") for proxy in (CLO, BEN)),
        cast_(ANA, FOR, OPENS + 40, tx="own"),
        marked(ANA, marks(PARTS, PARTS), (mark(0, FOR, 30), mark(0, AGAINST, 30), mark(1, 2, 120)), OPENS + 50),
        marked(ANA, marks(FOR, ABSTAIN, FOR), at=OPENS + 50, classIndex=1),
        cast_(CLO, FOR, OPENS + 60, voter=EVE),
        extended(CLOSES - 3_600, LATEST),
        cast_(BEN, FOR, LATEST - 1),
    )
    assert broken(*events, recoveries=RECOVERED) == []
    opened = marked(ANA, FOR, at=CLOSES + 4_999, voter=EVE)
    assert broken(committed(CLOSES - 1), opened, notice=SECRET) == []


OWN = f"ballot of {ANA} for {ANA}"
BENS = f"ballot of {BEN} for {ANA}"
LAST = CLOSES - 1
ENTRUSTED = granted(BEN, 40, instructions=marks(FOR, ABSTAIN, PARTS))


@pytest.mark.parametrize(
    ("events", "found"),
    [
        # what a ballot says
        ((marked(ANA, PARTS, (mark(0, 1, 40), mark(0, 2, 21))),), [(f"votes on resolution 1 in the {OWN}", 60, 61)]),
        ((marked(ANA, PARTS << 2, (mark(1, 0, 121),)),), [(f"votes on resolution 2 in the {OWN}", 120, 121)]),
        (
            (marked(ANA, PARTS, (mark(0, 1, 7), mark(0, 1, 8))),),
            [(f"parts for resolution 1 in the {OWN}, each of another option that stands", 1, 2)],
        ),
        (
            (marked(ANA, PARTS << 2, (mark(1, 3, 1),)),),
            [(f"parts for resolution 2 in the {OWN}, each of another option that stands", 0, 1)],
        ),
        ((marked(ANA, FOR, (mark(0, 1, 5),)),), [(f"parts for resolution 1 in the {OWN}, said to be there", 0, 1)]),
        ((marked(ANA, PARTS),), [(f"parts for resolution 1 in the {OWN}, said to be there", 1, 0)]),
        ((cast_(ANA, marks(0, FOR)),), [(f"answer to resolution 2 in the {OWN}, which has options", 3, 1)]),
        ((cast_(ANA, marks(0, 0, FOR)),), [(f"answer to resolution 3 in the {OWN}, which has no vote on it", 0, 1)]),
        ((cast_(ANA, marks(0, 0, 0, FOR)),), [(f"choices beyond the agenda in the {OWN}", 0, 1)]),
        ((marked(ANA, 0, (mark(3, 1, 1),)),), [(f"parts beyond the agenda in the {OWN}", 0, 1)]),
        # who casts it, and when
        ((cast_(ANA, voter=DAN),), [(f"right of {DAN} to cast the {OWN}", 0, 1)]),
        ((cast_(CLO, voter=CLO, at=OPENS + 3),), [(f"right of {CLO} to cast the ballot of {CLO} for {CLO}", 0, 1)]),
        ((cast_(CLO, voter=EVE, at=OPENS + 1),), [(f"right of {EVE} to cast the ballot of {CLO} for {CLO}", 0, 1)]),
        ((ENTRUSTED, by_proxy(BEN, FOR, 40, voter=DAN)), [(f"right of {DAN} to cast the {BENS}", 0, 1)]),
        ((cast_(ANA, at=OPENS - 1),), [(f"second of the {OWN}", OPENS, OPENS - 1)]),
        ((cast_(ANA, at=CLOSES),), [(f"second of the {OWN}", LAST, CLOSES)]),
        ((cast_(ANA, at=CLOSES), extended(CLOSES + 1, LATEST)), [
            (f"second of the {OWN}", LAST, CLOSES),
            ("second at which the close was put off", CLOSES - 3_600, CLOSES + 1),
        ]),
        ((extended(OPENS, LATEST + 1),), [("close that was put off", LATEST, LATEST + 1)]),
        ((committed(),), [(f"secrecy of the {OWN}", 0, 1)]),
        # proxies
        ((ENTRUSTED, by_proxy(BEN, marks(AGAINST), 40)), [(f"answer to resolution 1 in the {BENS}, as instructed", 1, 2)]),
        ((ENTRUSTED, by_proxy(BEN, marks(PARTS), 40, (mark(0, 1, 40),))), [
            (f"answer to resolution 1 in the {BENS}, as instructed", 1, 3)
        ]),
        ((granted(BEN, 40), granted(CLO, 21)), [(f"units that {ANA} granted", 60, 61)]),
        ((granted(BEN, 1, CLOSES),), [(f"second at which {ANA} named {BEN}", LAST, CLOSES)]),
        ((granted(BEN, 1, DATE - 1),), [(f"second at which {ANA} named {BEN}", DATE, DATE - 1)]),
        ((cast_(ANA), granted(BEN, 1, OPENS + 1)), [(f"ballots of {ANA} for {ANA} that stood when {BEN} was named", 0, 1)]),
        ((granted(BEN, 9), by_proxy(BEN, 0, 9), granted(BEN, 1, OPENS + 1)), [
            (f"ballots of {BEN} for {ANA} that stood when {BEN} was named", 0, 1)
        ]),
        ((granted(BEN, 9), revoked(BEN, CLOSES)), [(f"second at which {ANA} took back what {BEN} had", LAST, CLOSES)]),
        ((granted(BEN, 9), by_proxy(BEN, 0, 9), revoked(BEN, OPENS + 1), cast_(ANA, at=OPENS + 2)), [
            (f"ballots of proxies of {ANA} that stood, taken back without a ballot of its own", 0, 1)
        ]),
        (tuple(granted(Address(f"0x{digit:040x}"), 1) for digit in range(9)), [(f"proxies of {ANA}", 8, 9)]),
        # signed ballots
        ((*signed(ANA, OPENS + 5, OPENS + 9), *signed(ANA, OPENS + 5, OPENS + 10)), [
            (f"second at which the {OWN} was signed, after what counted", OPENS + 6, OPENS + 5)
        ]),
        ((cast_(ANA, at=OPENS + 5), *signed(ANA, OPENS + 5, OPENS + 9)), [
            (f"second at which the {OWN} was signed, after what counted", OPENS + 6, OPENS + 5)
        ]),
        ((granted(BEN, 9, OPENS + 5), revoked(BEN, OPENS + 7), *signed(ANA, OPENS + 4, OPENS + 9)), [
            (f"second at which the {OWN} was signed, after what counted", OPENS + 6, OPENS + 4)
        ]),
        (signed(ANA, OPENS + 10, OPENS + 9), [(f"second at which the {OWN} was signed, when it came", OPENS + 9, OPENS + 10)]),
        (signed(ANA, OPENS, OPENS)[:1], [("signed ballots without a ballot", 0, 1)]),
    ],
)  # fmt: skip
def test_breaches__a_law_is_broken__named(events: tuple[Event, ...], found: list[tuple[str, int, int]]) -> None:
    assert broken(*events, recoveries=RECOVERED) == found


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((cast_(ANA),), [(f"secrecy of the {OWN}", 1, 0)]),
        ((committed(), marked(ANA, FOR, at=LAST)), [(f"second at which the {OWN} was opened", CLOSES, LAST)]),
        (
            (committed(), marked(ANA, FOR, at=CLOSES + 5_000)),
            [(f"second at which the {OWN} was opened", CLOSES + 4_999, CLOSES + 5_000)],
        ),
        (
            (committed(), marked(ANA, FOR, at=CLOSES), marked(ANA, AGAINST, at=CLOSES + 1)),
            [(f"second of the {OWN}", LAST, CLOSES + 1), (f"secrecy of the {OWN}", 1, 0)],
        ),
        ((committed(CLOSES),), [(f"second of the {OWN}", LAST, CLOSES)]),
    ],
)
def test_breaches__of_a_secret_meeting__named(events: tuple[Event, ...], found: list[tuple[str, int, int]]) -> None:
    assert broken(*events, notice=SECRET) == found


def test_count__what_no_law_allows__counted_without_it_or_refused() -> None:
    """The count goes on where it can, so that the figures beside the breach are told as well."""
    odd = (
        marked(ANA, marks(FOR, PARTS), (mark(1, 0, 50), mark(1, 3, 70))),
        marked(BEN, PARTS, (mark(0, 0, 9), mark(0, AGAINST, 21))),
        cast_(CLO, marks(AGAINST, FOR)),
        granted(DAN, 999, holder=CLO),
    )
    counted, _ = figures.count(figures.terms_of(NOTICE, odd, UNITS, ["", ""]), odd)
    motion, board, _ = counted.results
    assert (motion.votes_for, motion.votes_against, board.votes) == (60, 31, (50, 0, 0))
    twice = (granted(BEN, 60), by_proxy(BEN, FOR, 60), granted(BEN, 1, OPENS + 1), cast_(ANA, at=OPENS + 2))
    with pytest.raises(InvalidAmount, match="119 units, and it held 60"):
        figures.count(figures.terms_of(NOTICE, twice, UNITS, ["", ""]), twice)
