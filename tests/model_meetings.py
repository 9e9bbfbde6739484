"""Meetings called in full, restated in plain Python: who speaks for which units, what counts, what it comes to. Exact, and from scratch each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.model import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit.types import Address

MOTION, CHOICE, ELECTION = 0, 1, 2
SIMPLE, TWO_THIRDS, THREE_QUARTERS, CUSTOM, PLURALITY = range(5)
CAST, PRESENT, ENTITLED = 0, 1, 2
ABSTAIN, FOR, AGAINST, PARTS = 0, 1, 2, 3
EVERY_CLASS = 255
OWN = ""
PROXIES = 8

Account = tuple[int, "Address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A resolution."""

    kind: int = MOTION
    options: int = 0
    seats: int = 0
    only: int = EVERY_CLASS
    majority: int = SIMPLE
    fraction: Fraction = Fraction(0)
    base: int = CAST
    quorum_bps: int = 0
    interested: frozenset[Address] = frozenset()


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was said: a choice for each resolution, and (resolution, option, units) where it says parts."""

    units: int
    choices: tuple[int, ...]
    parts: tuple[tuple[int, int, int], ...]
    at: int


@dataclass(slots=True)
class Grant:
    units: int
    instructions: tuple[int, ...]
    since: int


@dataclass(slots=True, kw_only=True)
class Outcome:
    in_favour: int
    against: int
    votes: tuple[int, ...]
    present: int
    entitled: int
    quorate: bool
    passed: bool
    elected: frozenset[int]


@dataclass(slots=True, kw_only=True)
class Assembly:
    """A meeting of several classes: units by class and holder, votes a unit, the agenda."""

    units: tuple[Mapping[Address, int], ...]
    multipliers: tuple[int, ...]
    agenda: tuple[Item, ...]
    excluded: frozenset[Address]
    secret: bool = False
    successors: dict[Account, Address] = field(default_factory=dict)
    ballots: dict[Account, dict[str, Ballot]] = field(default_factory=dict)
    grants: dict[Account, dict[str, Grant]] = field(default_factory=dict)
    last: dict[tuple[Account, str], int] = field(default_factory=dict)
    sealed: dict[tuple[Account, str], tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]] = field(
        default_factory=dict
    )

    # ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def cast(
        self,
        voter: Address,
        account: Account,
        choices: tuple[int, ...],
        parts: tuple[tuple[int, int, int], ...],
        *,
        at: int,
        rest: bool = False,
        signed: bool = False,
    ) -> None:
        who, units = self._speaks(voter, account, rest=rest, at=at, signed=signed)
        self._require(account, who, units, choices, parts)
        self._clear(account, who, at, rest=rest)
        self.ballots.setdefault(account, {})[who] = Ballot(units, choices, parts, at)
        self.last[account, who] = at

    def commit(
        self,
        voter: Address,
        account: Account,
        choices: tuple[int, ...],
        parts: tuple[tuple[int, int, int], ...],
        *,
        at: int,
        rest: bool = False,
    ) -> None:
        who, units = self._speaks(voter, account, rest=rest, at=at, signed=False)
        self._clear(account, who, at, rest=rest)
        self.ballots.setdefault(account, {})[who] = Ballot(units, (ABSTAIN,) * len(self.agenda), (), at)
        self.last[account, who] = at
        self.sealed[account, who] = (choices, parts)

    def open(self, account: Account, who: str) -> None:
        if (account, who) not in self.sealed:
            raise Refused("CommitmentDiffers")
        choices, parts = self.sealed[account, who]
        before = self.ballots[account][who]
        self._require(account, who, before.units, choices, parts)
        del self.sealed[account, who]
        self.ballots[account][who] = Ballot(before.units, choices, parts, before.at)

    def grant(
        self, holder: Address, account: Account, proxy: Address, units: int, *, instructions: tuple[int, ...], at: int
    ) -> None:
        self._own(holder, account)
        if proxy in (holder, account[1]):
            raise Refused("InvalidProxy")
        told = [(at, said) for at, said in enumerate(instructions) if said in (FOR, AGAINST)]
        if any(not self._votes_on(account, at) or self.agenda[at].kind != MOTION for at, _ in told):
            raise Refused("InvalidBallot")
        if any(account[1] in self.agenda[at].interested for at, _ in told):
            raise Refused("HolderInterested")
        if OWN in self.ballots.get(account, {}):
            raise Refused("HolderHasVoted")
        if proxy in self.ballots.get(account, {}):
            raise Refused("ProxyHasVoted")
        given = self.grants.setdefault(account, {})
        left = self._held(account) - sum(one.units for whom, one in given.items() if whom != proxy)
        units = units or left
        if not 0 < units <= left:
            raise Refused("NotEnoughUnits")
        if proxy not in given and len(given) == PROXIES:
            raise Refused("TooManyProxies")
        given[proxy] = Grant(units, instructions, at)
        self.last[account, proxy] = self.last[account, OWN] = at

    def revoke(self, holder: Address, account: Account, proxy: Address, at: int) -> None:
        self._own(holder, account)
        if proxy not in self.grants.get(account, {}):
            raise Refused("NoProxy")
        if proxy in self.ballots.get(account, {}):
            raise Refused("ProxyHasVoted")
        del self.grants[account][proxy]
        self.last[account, proxy] = at

    # ── who speaks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _held(self, account: Account) -> int:
        index, holder = account
        return 0 if holder in self.excluded else self.units[index].get(holder, 0)

    def rightful(self, account: Account) -> Address:
        return self.successors.get(account, account[1])

    def _own(self, holder: Address, account: Account) -> None:
        if self.rightful(account) != holder:
            raise Refused("NotHolder")
        if not self._held(account):
            raise Refused("NoVotes")

    def _speaks(self, voter: Address, account: Account, *, rest: bool, at: int, signed: bool) -> tuple[str, int]:
        given = self.grants.get(account, {})
        if voter == self.rightful(account):
            units, who = self._held(account), OWN
            if not units:
                raise Refused("NoVotes")
        elif voter in given:
            units, who = given[voter].units, voter
        else:
            raise Refused("NotHolder")
        if signed and at <= self.last.get((account, who), 0):
            raise Refused("BallotSuperseded")
        if who == OWN and rest:
            units -= sum(one.units for one in given.values())
            if not units:
                raise Refused("NoVotes")
        return who, units

    def _clear(self, account: Account, who: str, at: int, *, rest: bool) -> None:
        self._withdraw(account, who)
        if who == OWN and not rest:
            for proxy in self.grants.pop(account, {}):
                self._withdraw(account, proxy)
                self.last[account, proxy] = at

    def _withdraw(self, account: Account, who: str) -> None:
        self.ballots.get(account, {}).pop(who, None)
        self.sealed.pop((account, who), None)

    # ── what a ballot may say ────────────────────────────────────────────────────────────────────────────────────────────

    def _votes_on(self, account: Account, at: int) -> bool:
        return at < len(self.agenda) and self.agenda[at].only in (EVERY_CLASS, account[0])

    def _require(
        self,
        account: Account,
        who: str,
        units: int,
        choices: tuple[int, ...],
        parts: tuple[tuple[int, int, int], ...],
    ) -> None:
        for at, said in enumerate(choices):
            if said and (not self._votes_on(account, at) or (self.agenda[at].kind != MOTION and said != PARTS)):
                raise Refused("InvalidBallot")
        if any(said and account[1] in self.agenda[at].interested for at, said in enumerate(choices)):
            raise Refused("HolderInterested")
        sums = self._sums(units, choices, parts)
        if set(sums) != {at for at, said in enumerate(choices) if said == PARTS}:
            raise Refused("InvalidBallot")
        if who != OWN:
            told = self.grants[account][who].instructions
            if any(told[at] not in (PARTS, said) for at, said in enumerate(choices)):
                raise Refused("AgainstInstructions")

    def _sums(self, units: int, choices: tuple[int, ...], parts: tuple[tuple[int, int, int], ...]) -> dict[int, int]:
        """Add up the parts on each resolution, which must be in order, for what stands there, and not too many."""
        sums: dict[int, int] = {}
        for place, (at, option, part) in enumerate(parts):
            in_order = not place or parts[place - 1][:2] < (at, option)
            if not in_order or not part or at >= len(choices) or choices[at] != PARTS:
                raise Refused("InvalidMark")
            one = self.agenda[at]
            if option not in (range(one.options) if one.kind != MOTION else (FOR, AGAINST)):
                raise Refused("InvalidMark")
            sums[at] = sums.get(at, 0) + part
            if sums[at] > units * (one.seats if one.kind == ELECTION else 1):
                raise Refused("TooManyVotes")
        return sums

    # ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _counted(self, at: int) -> Iterator[tuple[Account, Ballot]]:
        for account, cast in self.ballots.items():
            for ballot in cast.values():
                if self._votes_on(account, at) and account[1] not in self.agenda[at].interested:
                    yield account, ballot

    def present(self) -> int:
        return sum(
            ballot.units * self.multipliers[account[0]]
            for account, cast in self.ballots.items()
            for ballot in cast.values()
        )

    def outcome(self, at: int) -> Outcome:
        one = self.agenda[at]
        in_favour = against = present = 0
        votes = [0] * one.options
        for account, ballot in self._counted(at):
            weight = self.multipliers[account[0]]
            present += ballot.units * weight
            in_favour += ballot.units * weight * (ballot.choices[at] == FOR)
            against += ballot.units * weight * (ballot.choices[at] == AGAINST)
            for where, option, part in ballot.parts:
                if where != at:
                    continue
                if one.kind != MOTION:
                    votes[option] += part * weight
                elif option == FOR:
                    in_favour += part * weight
                else:
                    against += part * weight
        entitled = sum(
            held * weight
            for index, (units, weight) in enumerate(zip(self.units, self.multipliers, strict=True))
            for holder, held in units.items()
            if self._votes_on((index, holder), at) and holder not in self.excluded | one.interested
        )
        quorate = Fraction(present) >= Fraction(one.quorum_bps, 10_000) * entitled
        base = (in_favour + against + sum(votes), present, entitled)[one.base]
        elected = self._elected(one, votes, base) if quorate else frozenset()
        passed = bool(elected) if one.kind != MOTION else quorate and _reaches(one, in_favour, base)
        return Outcome(
            in_favour=in_favour,
            against=against,
            votes=tuple(votes),
            present=present,
            entitled=entitled,
            quorate=quorate,
            passed=passed,
            elected=elected,
        )

    @staticmethod
    def _elected(one: Item, votes: list[int], base: int) -> frozenset[int]:
        """Seat the candidates from the top, all with the same votes together, as long as there are seats for all of them."""
        seated: set[int] = set()
        for number in sorted({count for count in votes if count}, reverse=True):
            tied = {option for option, count in enumerate(votes) if count == number}
            if len(seated) + len(tied) > one.seats:
                break
            if one.kind == CHOICE and not _reaches(one, number, base):
                break
            seated |= tied
        return frozenset(seated)


def _reaches(one: Item, in_favour: int, base: int) -> bool:
    if not in_favour:
        return False
    if one.majority == PLURALITY:
        return True
    if one.majority == SIMPLE:
        return Fraction(in_favour) > Fraction(base, 2)
    needed = {TWO_THIRDS: Fraction(2, 3), THREE_QUARTERS: Fraction(3, 4), CUSTOM: one.fraction}[one.majority]
    return in_favour >= needed * base
