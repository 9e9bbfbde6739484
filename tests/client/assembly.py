"""A meeting of two classes that can be called in full: ordinary shares with one vote each, preferred ones with ten."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tokenkit.ledger import Base, Kind, Majority
from tokenkit.testing import next_transaction_at
from tokenkit.voting import ClassNotice, FullNotice, GivenBallot, ItemNotice, Voting

if TYPE_CHECKING:
    from tokenkit.chain import Signer
    from tokenkit.ledger import Answer
    from tokenkit.suite import Suite
    from tokenkit.testing import People

ORDINARY = {"ana": 70, "ben": 20, "chloe": 10}
PREFERRED = {"ana": 3, "emil": 6}
DAY = 86_400


class FullAssembly:
    """Who holds what at the record date, and how to call, open and close."""

    def __init__(self, suite: Suite, people: People) -> None:
        self.suite, self.people = suite, people
        assert suite.voting is not None
        self.voting: Voting = suite.voting
        self.booth = suite.voting.booth
        self.ordinary, self.preferred = suite.classes["ORD"].address, suite.classes["PREF"].address
        for symbol, holdings in (("ORD", ORDINARY), ("PREF", PREFERRED)):
            one = suite.classes[symbol]
            for name, units in holdings.items():
                one.issuance.issue(getattr(people, name).address, units, reason="founding").send(people.issuer)
        self.record_date = suite.chain.now() + 1_000
        self.opens, self.closes = self.record_date + 1_000, self.record_date + 50_000
        for one in suite.classes.values():
            one.issuance.schedule_record_date(self.record_date).send(people.issuer)

    def agenda(self) -> tuple[ItemNotice, ...]:
        """A motion, an election of two of three, one place of two, and a motion of the preferred class alone."""
        return (
            ItemNotice(title="Accounts", quorum_bps=5_000, interested=(self.people.chloe.address,)),
            ItemNotice(title="Board", kind=Kind.ELECTION, options=("Kim", "Lee", "Mo"), seats=2),
            ItemNotice(
                title="Seat",
                kind=Kind.CHOICE,
                options=("Oslo", "Rome"),
                majority=Majority.CUSTOM,
                part=Fraction(2, 5),
                base=Base.ENTITLED,
            ),
            ItemNotice(title="Preference", voters=self.preferred, majority=Majority.THREE_QUARTERS),
        )

    def notice(self, **changes: Any) -> FullNotice:  # noqa: ANN401 - any field
        usual = {
            "classes": (ClassNotice(token=self.ordinary), ClassNotice(token=self.preferred, multiplier=10)),
            "record_date": self.record_date,
            "opens": self.opens,
            "closes": self.closes,
            "agenda": self.agenda(),
        }
        return FullNotice(**{**usual, **changes})

    def call(self, **changes: Any) -> int:  # noqa: ANN401 - any field
        operation = self.voting.call(self.notice(**changes))
        number = operation.simulate(self.people.issuer.address)
        operation.send(self.people.issuer)
        return number

    def index_of(self, token: str) -> int:
        return sorted((self.ordinary, self.preferred), key=lambda one: int(one, 16)).index(token)  # type: ignore[arg-type]  # one of them

    def given(self, holder: Signer, *answers: Answer | str, preferred: bool = False, rest: bool = False) -> GivenBallot:
        index = self.index_of(self.preferred if preferred else self.ordinary)
        return GivenBallot(holder=holder.address, answers=answers, class_index=index, rest=rest)  # type: ignore[arg-type]  # words are parsed

    def travel(self, second: int) -> None:
        next_transaction_at(self.suite.chain, second)  # type: ignore[arg-type]  # the fixture's chain can travel
        self.suite.chain.mine()  # type: ignore[attr-defined]  # as above
