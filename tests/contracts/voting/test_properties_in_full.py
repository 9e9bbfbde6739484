"""Any history of a meeting called in full, beside the model, and counted again from its events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from tests import model_meetings as model
from tests.contracts.voting.conftest import HOUR, marks
from tests.contracts.voting.in_full import CUSTOM, FREE, PARTS, item, mark, name_of
from tests.model import Refused

from tokenkit.artifacts import Event
from tokenkit.errors import Reverted
from tokenkit.testing import next_transaction_at
from tokenkit.types import ZERO_ADDRESS
from tokenkit.voting import Voting, figures
from tokenkit.voting.laws import breaches

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.voting.in_full import Assembly

    from tokenkit.chain import Receipt, Signer
    from tokenkit.types import Address

STORIES, CROWD, ACTS = 12, 6, 32
MULTIPLIERS = (1, 7)
GRANTS = 8
"""Acts at the start, most of which name proxies."""
RECOVERIES = 0.05
"""How often an act is one."""
SALT = b"\x05" * 32


ACCEPTED = {"cast", "signed", "grant", "revoke", "recover", "commit", "open", "passed", "failed", "elected"}
REFUSED = {
    "AgainstInstructions",
    "BallotSuperseded",
    "HolderHasVoted",
    "HolderInterested",
    "NotEnoughUnits",
    "NotHolder",
    "ProxyHasVoted",
    "TooManyVotes",
}


@dataclass(slots=True, kw_only=True)
class Story:
    """One meeting, done on the chain and in the model at once."""

    hall: Assembly
    draw: Random
    crowd: list[Signer]
    expected: model.Assembly
    seen: Counter[str]
    now: int = 0
    present: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    recoveries: tuple[list[Event], list[Event]] = field(default_factory=lambda: ([], []))
    drawer: list[tuple[dict[str, Any], bytes, Callable[[], None]]] = field(default_factory=list)

    def tick(self) -> int:
        """Let some time pass; return the second of the next transaction."""
        self.now += self.draw.choice((1, 1, 2, 9))
        next_transaction_at(self.hall.chain, self.now)
        return self.now

    def both(self, name: str, expect: Callable[[], None], signer: Signer, function: str, *args: object) -> None:
        """Do it on the chain, and see that the model says the same, down to the name of the refusal."""
        refusal = said = ""
        try:
            expect()
        except Refused as error:
            refusal = error.error
        try:
            self.receipts.append(self.hall.meetings.send(signer, function, *args))
        except Reverted as error:
            said = type(error).__name__
        assert (said, name) == (refusal, name)
        self.seen[refusal or name] += 1

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def account(self) -> tuple[int, Signer]:
        """Choose a class and, mostly, a holder who has votes; often one with proxies."""
        granted = [account for account, given in self.expected.grants.items() if given]
        if granted and self.draw.random() < 0.4:
            index, address = self.draw.choice(granted)
            return index, next(one for one in self.crowd if one.address == address)
        index = self.draw.randrange(2)
        able = [one for one in self.crowd if self.expected.units[index].get(one.address)]
        return index, self.draw.choice(able if able and self.draw.random() < 0.95 else self.crowd)

    def speaker(self, index: int, holder: Signer) -> Signer:
        """Choose who has the holder's rights, one of its proxies, or seldom anybody."""
        rightful = self.owner(index, holder)
        proxies = [one for one in self.crowd if one.address in self.expected.grants.get((index, holder.address), {})]
        return self.draw.choice([rightful, rightful, *proxies * 4, self.draw.choice(self.crowd)])

    def owner(self, index: int, holder: Signer) -> Signer:
        """Find who exercises a holder's rights in a class."""
        address = self.expected.rightful((index, holder.address))
        return next(one for one in self.crowd if one.address == address)

    def ballot(
        self, index: int, holder: Signer, voter: Signer
    ) -> tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]:
        """Draw a ballot that mostly makes sense."""
        account = (index, holder.address)
        own = voter.address == self.expected.rightful(account)
        grant = None if own else self.expected.grants.get(account, {}).get(voter.address)
        units = grant.units if grant else self.expected.units[index].get(holder.address, 0)
        choices, parts = [], []
        for at, one in enumerate(self.expected.agenda):
            sensible = one.only in (model.EVERY_CLASS, index) and holder.address not in one.interested
            told = grant.instructions[at] if grant and self.draw.random() < 0.7 else PARTS
            if not sensible and self.draw.random() < 0.97:
                choices.append(0)
            elif told != PARTS:
                choices.append(told)
            elif one.kind == model.MOTION and self.draw.random() < 0.6:
                choices.append(self.draw.randrange(3))
            else:
                ways = self._parts(at, one, units)
                choices.append(PARTS if ways else 0)
                parts += ways
        return tuple(choices), tuple(parts)

    def _parts(self, at: int, one: model.Item, units: int) -> list[tuple[int, int, int]]:
        options = range(one.options) if one.kind != model.MOTION else (1, 2)
        left = units * (one.seats if one.kind == model.ELECTION else 1) + (self.draw.random() < 0.15)
        ways = []
        for option in sorted(self.draw.sample(list(options), self.draw.randint(1, min(3, len(options))))):
            part = self.draw.choice((left, left // 2, self.draw.randint(0, left)))
            left -= part
            if part:
                ways.append((at, option, part))
        return ways

    # ── doing ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def cast(self) -> None:
        index, holder = self.account()
        voter = self.speaker(index, holder)
        choices, parts = self.ballot(index, holder, voter)
        rest, account, at = self.draw.random() < 0.3, (index, holder.address), self.tick()
        self.both(
            "cast",
            lambda: self.expected.cast(voter.address, account, choices, parts, at=at, rest=rest),
            voter,
            "cast",
            1,
            [self.hall.given(holder, marks(*choices), words(parts), classIndex=index, rest=rest)],
        )

    def sign(self) -> None:
        """Sign now, or a little ago; put the ballot in the relayer's drawer."""
        index, holder = self.account()
        voter = self.speaker(index, holder)
        choices, parts = self.ballot(index, holder, voter)
        account, at = (index, holder.address), self.now - self.draw.randrange(6)
        ballot, signature = self.hall.signed(voter, marks(*choices), words(parts), at=at, of=holder, classIndex=index)
        self.drawer.append(
            (
                ballot,
                signature,
                lambda: self.expected.cast(voter.address, account, choices, parts, at=at, signed=True),
            )
        )

    def relay(self) -> None:
        """Hand in some of the drawer in any order, some of it twice, and keep most of it for later."""
        batch = self.draw.choices(self.drawer, k=self.draw.randint(1, 5)) if self.drawer else []
        self.tick()
        wanted = []
        for number, (_, _, expect) in enumerate(batch):
            try:
                expect()
                self.seen["signed"] += 1
            except Refused as error:
                self.seen[error.error] += 1
                wanted.append((number, error.error))
        receipt = self.hall.relay(*((ballot, signature) for ballot, signature, _ in batch))
        self.receipts.append(receipt)
        told = [event.args for event in self.hall.meetings.events(receipt) if event.name == "BallotRefused"]
        assert [(one["index"], name_of(one["reason"])) for one in told] == wanted

    def grant(self) -> None:
        index, holder = self.account()
        proxy = self.draw.choice(self.crowd)
        held = self.expected.units[index].get(holder.address, 0)
        units = self.draw.choice((0, held + 1, self.draw.randint(0, held), held // 3, held // 3))
        told = tuple(
            self.draw.choice((PARTS, 1, 2, 0))
            if one.kind == model.MOTION and one.only in (model.EVERY_CLASS, index)
            else self.draw.choice((PARTS, PARTS, 0))
            for one in self.expected.agenda
        )
        word = FREE if set(told) == {PARTS} else marks(*told)
        at, owner = self.tick(), self.owner(index, holder)
        self.both(
            "grant",
            lambda: self.expected.grant(
                owner.address, (index, holder.address), proxy.address, units, instructions=told, at=at
            ),
            owner,
            "grantProxy",
            1,
            holder.address,
            index,
            proxy.address,
            units,
            word,
        )

    def revoke(self) -> None:
        index, holder = self.account()
        granted = [account for account, given in self.expected.grants.items() if given]
        if granted:
            index, address = self.draw.choice(granted)
            holder = next(one for one in self.crowd if one.address == address)
        given = [
            one.address for one in self.crowd if one.address in self.expected.grants.get((index, holder.address), {})
        ]
        proxy = self.draw.choice([*given, self.draw.choice(self.crowd).address])
        at, owner = self.tick(), self.draw.choice((holder, self.owner(index, holder)))
        self.both(
            "revoke",
            lambda: self.expected.revoke(owner.address, (index, holder.address), proxy, at),
            owner,
            "revokeProxy",
            1,
            holder.address,
            index,
            proxy,
        )

    def recover(self) -> None:
        """Let another wallet of the crowd take over one that was lost; not twice the same, as the register has it."""
        index, lost = self.draw.randrange(2), self.draw.choice(self.crowd)
        left = [one for one in self.crowd if one is not lost and (index, one.address) not in self.expected.successors]
        chosen = self.draw.choice(left) if left else lost
        if (index, lost.address) in self.expected.successors or lost.address in self.replaced(index) or not left:
            return
        self.tick()
        self.expected.successors[index, lost.address] = chosen.address
        receipt = self.hall.registers[index].send(self.hall.stage.admin, "succeed", lost.address, chosen.address)
        self.recoveries[index].append(
            Event(
                name="WalletSucceeded",
                args={"lost": lost.address, "replacement": chosen.address},
                address=self.hall.tokens[index],
                block_number=receipt.block_number,
                block_timestamp=None,
                log_index=0,
                transaction_hash=receipt.transaction_hash,
            )
        )
        self.seen["recover"] += 1

    def replaced(self, index: int) -> set[Address]:
        return {by for (where, _), by in self.expected.successors.items() if where == index}

    def commit(self) -> None:
        index, holder = self.account()
        voter = self.speaker(index, holder)
        choices, parts = self.ballot(index, holder, voter)
        rest, account, at = self.draw.random() < 0.3, (index, holder.address), self.tick()
        proxy = ZERO_ADDRESS if voter is self.owner(index, holder) else voter.address
        sealed = self.hall.hash_of(holder, marks(*choices), SALT, words(parts), proxy=proxy, index=index)
        self.both(
            "commit",
            lambda: self.expected.commit(voter.address, account, choices, parts, at=at, rest=rest),
            voter,
            "commit",
            1,
            holder.address,
            index,
            rest,
            sealed,
        )

    def open(self) -> None:
        """Open all but one, in any order."""
        sealed = list(self.expected.sealed.items())
        self.draw.shuffle(sealed)
        for ((index, holder), who), (choices, parts) in sealed[1:]:
            self.both(
                "open",
                partial(self.expected.open, (index, holder), who),
                self.hall.relayer,
                "open",
                1,
                holder,
                index,
                who or ZERO_ADDRESS,
                marks(*choices),
                words(parts),
                SALT,
            )

    # ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def compare(self) -> None:
        state = self.hall.meetings.read("meetingOf", 1)
        assert state["present"] == self.expected.present() <= state["entitled"]
        assert state["present"] >= self.present
        self.present = state["present"]

    def conclude(self) -> None:
        outcomes = [self.expected.outcome(at) for at in range(len(self.expected.agenda))]
        for at, (one, outcome) in enumerate(zip(self.expected.agenda, outcomes, strict=True)):
            found = self.hall.result(at)
            assert (found["inFavour"], found["against"], found["votes"]) == (
                outcome.in_favour,
                outcome.against,
                outcome.votes,
            ), at
            assert (found["present"], found["entitled"], found["quorate"]) == (
                outcome.present,
                outcome.entitled,
                outcome.quorate,
            ), at
            assert found["elected"] == sum(1 << option for option in outcome.elected), at
            assert found["passed"] == outcome.passed, at
            if one.kind == model.MOTION:
                assert found["inFavour"] + found["against"] + found["abstained"] == found["present"]
            self.seen["passed" if outcome.passed else "failed"] += 1
            self.seen["elected"] += bool(outcome.elected)
        assert recount(self) == [
            (outcome.in_favour, outcome.against, outcome.votes, outcome.present) for outcome in outcomes
        ]

    def prove(self) -> None:
        """What happened broke no law, and the client counts it as the model does."""
        outcomes = [self.expected.outcome(at) for at in range(len(self.expected.agenda))]
        chain, meetings = self.hall.chain, self.hall.meetings
        notice = Voting(chain, meetings.address).notice(1)
        events = [event for receipt in self.receipts for event in meetings.events(receipt)]
        terms = figures.terms_of(notice, events, self.expected.units, ["", ""])
        times = {event.block_number: chain.block(event.block_number).timestamp for event in events}
        assert breaches(notice, terms, events, times=times, successions=self.recoveries) == ()
        counted, units = figures.count(terms, events)
        assert all(ours == told for _, ours, told in units)
        assert [(one.votes_for, one.votes_against, one.votes, one.passed) for one in counted.results] == [
            (one.in_favour, one.against, one.votes, one.passed) for one in outcomes
        ]


def words(parts: tuple[tuple[int, int, int], ...]) -> list[int]:
    return [mark(*part) for part in parts]


Standing = dict[tuple[int, "Address", str], tuple[int, int, tuple[int, ...]]]


def standing(story: Story) -> Standing:
    """Find the ballots that stand from the events alone: units, choices and marks by class, holder and proxy."""
    ballots: Standing = {}
    for receipt in story.receipts:
        for event in story.hall.meetings.events(receipt):
            said = event.args
            if "holder" not in said:
                continue
            key = (said.get("classIndex", 0), said["holder"], str(said.get("proxy", ZERO_ADDRESS)))
            if event.name in ("BallotCast", "BallotMarked"):
                ballots[key] = (said["units"], said["choices"], said.get("marks", ()))
            elif event.name == "BallotCommitted":
                ballots[key] = (said["units"], 0, ())
            elif event.name == "ProxyRevoked":
                ballots.pop(key, None)
    return ballots


def recount(story: Story) -> list[tuple[int, int, tuple[int, ...], int]]:
    """Count again from the events alone, as an outsider would: for, against, votes by option, present."""
    ballots, counted = standing(story), []
    for at, one in enumerate(story.expected.agenda):
        sums, votes, present = [0, 0, 0, 0], [0] * one.options, 0
        for (index, holder, _), (units, choices, parts) in ballots.items():
            if one.only not in (model.EVERY_CLASS, index) or holder in one.interested:
                continue
            weight = MULTIPLIERS[index]
            present += units * weight
            sums[choices >> 2 * at & 3] += units * weight
            for part in parts:
                if part >> 104 == at:
                    into = votes if one.options else sums
                    into[part >> 96 & 0xFF] += (part & (1 << 96) - 1) * weight
        counted.append((sums[1], sums[2], tuple(votes), present))
    return counted


def agenda_of(draw: Random, crowd: list[Signer]) -> tuple[model.Item, ...]:
    made = []
    for _ in range(draw.randint(2, 5)):
        kind = draw.choice((model.MOTION, model.MOTION, model.CHOICE, model.ELECTION))
        options = 0 if kind == model.MOTION else draw.randint(2, 5)
        majority = draw.choice(range(4)) if kind != model.ELECTION else model.PLURALITY
        if kind == model.CHOICE and draw.random() < 0.6:
            majority = model.PLURALITY
        names = draw.sample([one.address for one in crowd], draw.choice((0, 0, 1, 2)))
        made.append(
            model.Item(
                kind=kind,
                options=options,
                seats=1 if kind == model.CHOICE else draw.randint(1, options) if options else 0,
                only=draw.choice((model.EVERY_CLASS, model.EVERY_CLASS, 0, 1)),
                majority=majority,
                fraction=Fraction(draw.choice((1, 3, 5)), 7) if majority == CUSTOM else Fraction(0),
                base=draw.randrange(3),
                quorum_bps=draw.choice((0, 1_000, 3_333, 6_000)),
                interested=frozenset(names),
            )
        )
    return tuple(made)


def notice_of(one: model.Item) -> dict[str, Any]:
    return item(
        kind=one.kind,
        options=one.options,
        seats=one.seats,
        classIndex=one.only,
        majority=one.majority,
        numerator=one.fraction.numerator,
        denominator=one.fraction.denominator if one.fraction else 0,
        base=one.base,
        quorumBps=one.quorum_bps,
        interested=sorted(one.interested, key=lambda address: int(address, 16)),
    )


def test_VOTE_1_VOTE_2_VOTE_5_VOTE_6_VOTE_7_VOTE_8_VOTE_10__any_history__is_the_model_and_the_events(
    assembly: Assembly,
) -> None:
    """Some of everything is accepted and refused: a run in which it is not proves nothing."""
    seen: Counter[str] = Counter()
    for seed in range(STORIES):
        before = assembly.chain.snapshot()
        try:
            tell(assembly, Random(seed), seen, secret=seed % 3 == 0)
        finally:
            assembly.chain.revert(before)
    assert {name: seen[name] for name in ACCEPTED | REFUSED if seen[name] < 3} == {}, seen


def tell(hall: Assembly, draw: Random, seen: Counter[str], *, secret: bool) -> None:
    """Hold one meeting, and compare it with the model at every step."""
    chain = hall.chain
    crowd = sorted(chain.accounts[11 : 11 + CROWD], key=lambda one: int(one.address, 16))
    most = draw.choice((3, 40, 40, 10**6, 2**85))
    units = tuple({one.address: draw.randint(0, most) for one in crowd if draw.random() < 0.85} for _ in MULTIPLIERS)
    for register, held in zip(hall.registers, units, strict=True):
        everybody = [one.address for one in (*hall.stage.holders, hall.stage.treasury)]
        register.send(hall.stage.admin, "hold", 0, everybody, [0] * len(everybody))
        register.send(hall.stage.admin, "hold", 0, list(held), list(held.values()))
    agenda = agenda_of(draw, crowd)
    excluded = sorted((one.address for one in draw.sample(crowd, draw.choice((0, 0, 1)))), key=lambda one: int(one, 16))
    closes = hall.full_notice()["closes"]
    hall.convene_and_open(
        *map(notice_of, agenda),
        excluded=excluded,
        ends=closes + HOUR if secret else 0,
        classes=[{"token": token, "multiplier": votes} for token, votes in zip(hall.tokens, MULTIPLIERS, strict=True)],
    )
    expected = model.Assembly(
        units=units, multipliers=MULTIPLIERS, agenda=agenda, excluded=frozenset(excluded), secret=secret
    )
    story = Story(hall=hall, draw=draw, crowd=crowd, expected=expected, seen=seen)
    story.now = hall.meetings.read("meetingOf", 1)["opens"] + 10
    acts = (
        (story.commit, story.commit, story.commit, story.grant, story.grant, story.revoke)
        if secret
        else (story.cast, story.cast, story.cast, story.sign, story.sign, story.relay, story.grant, story.revoke)
    )
    for number in range(ACTS):
        early = number < GRANTS and draw.random() < 0.7  # proxies are named before the holder votes
        (story.recover if draw.random() < RECOVERIES else story.grant if early else draw.choice(acts))()
        story.compare()
    hall.close()
    if secret:
        story.now = closes
        story.open()
        chain.travel(by=2 * HOUR)
    story.conclude()
    hall.meetings.send(hall.relayer, "decide", 1)
    story.conclude()
    story.prove()
