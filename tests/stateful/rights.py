"""Payouts and meetings on a living register, beside the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tests.model import Refused, ascending
from tests.model_rights import DAY, HOUR, Meeting, Payout, Rights, marks
from tests.stateful.actions import NUMBERS, PEOPLE, Dates, Moves, Orders, givers, people, takers
from tests.stateful.story import action, between, even, many

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.chain import Signer
    from tokenkit.types import Address

DOCUMENT = b"\x11" * 32

anyone = even(*NUMBERS, *NUMBERS, *NUMBERS, *PEOPLE, "shell")
former = even(*NUMBERS, *PEOPLE, *["lost"] * 12)
exclusions = even((), (), ("ana",), ("ben", "shell"), (*PEOPLE, "shell"), ("?",))


class OnRegister(Moves, Orders, Dates):
    """What payouts and meetings share: record dates of one class, across which people trade."""

    def begin(self, number: int) -> None:
        super().begin(number)
        for ahead in (3, 40, 80):
            self._schedule(self.run.now + ahead)

    def _schedule(self, date: int) -> None:
        ledger, now = self.ledger("COM"), self.run.now
        args = ("scheduleRecordDate", date)
        self.run.do(self.world.issuer, self.world.tokens["COM"], *args, expect=lambda: ledger.schedule(date, now))
        self.evidence.settle()

    @action(source=givers, to=takers, units=between(1, 25))
    def trade(self, source: str, to: str, units: int) -> None:
        self.transfer("COM", source, to, units)

    @action(to=anyone, frozen=even(False, False, True))
    def freeze(self, to: str, *, frozen: bool) -> None:
        wallet = self.holder("COM", to)
        name = next((one for one in (*PEOPLE, "shell") if self.wallet(one) == wallet), "shell")
        self.freeze_wallet("COM", name, frozen=frozen)

    @action(lost=anyone, honest=between(1, 5))
    def lose(self, lost: str, honest: int) -> None:
        self.recover("COM", lost, "fitting", honest)

    def rights(self, date: int, excluded: tuple[str, ...]) -> Rights:
        dates = self.ledger("COM").dates
        named = sorted((self.wallet(name) for name in excluded if name != "?"), key=ascending)
        unordered = [self.wallet("ana")] * 2 if "?" in excluded else named
        return Rights(
            suite=self.suite,
            token=self.world.tokens["COM"].address,
            record_date=dates[date] if date < len(dates) else self.run.now + 1_234_567,
            excluded=tuple(unordered),
        )

    def successor(self, holder: Address) -> Address:
        ledger = self.ledger("COM")
        while holder in ledger.successors:
            holder = ledger.successors[holder]
        return holder

    def holder_at(self, rights: Rights, drawn: str) -> Address:
        """Say whose wallet: as drawn, or one of those (by number) that hold units at the record date, perhaps of those lost since."""
        ledger = self.ledger("COM")
        past = ledger.history.get(rights.record_date, {})
        able = sorted((wallet for wallet, units in past.items() if units), key=ascending)
        if drawn == "lost":
            able = [wallet for wallet in able if wallet in ledger.successors] or able
            drawn = str(self.steps)
        return (
            able[int(drawn) % len(able)]
            if drawn.isdecimal() and able
            else self.wallet(drawn if drawn in PEOPLE else "shell")
        )

    def name_of(self, wallet: Address) -> str | None:
        return next((name for name in PEOPLE if self.wallet(name) == wallet), None)


class PayoutStory(OnRegister):
    """Dividends are declared, claimed, pushed and closed while units move, wallets are lost and coins are blocked."""

    weights: ClassVar = {
        "declare": 2,
        "claim": 6,
        "claim_for": 4,
        "claim_omitted": 4,
        "push": 6,
        "reclaim": 3,
        "block": 3,
        "freeze": 2,
        "lose": 3,
        "trade": 3,
        "wait": 3,
    }

    def __init__(self) -> None:
        super().__init__()
        self.payouts: list[Payout] = []
        self.blocked: set[Address] = set()

    def begin(self, number: int) -> None:
        """Two record dates have payouts from the start; the first has just passed."""
        super().begin(number)
        coin, agent = self.world.coin, self.world.agent
        coin.send(agent, "mint", agent.address, 10**30)
        coin.send(agent, "approve", self.world.payouts.address, 10**30)
        for date, excluded in ((0, ()), (0, ("ben",)), (1, ())):
            self.declare(1_000_003, date, DAY + 40, excluded, "gus")
        self.wait(0, 0)
        self.lose(str(number), 1)
        self.block(PEOPLE[number % 4], blocked=True)

    @action(
        amount=even(1_000_003, 999, 7, 10**24 + 1, 0),
        date=even(0, 0, 0, 1, 1, 2, 9),
        ahead=even(DAY, DAY + 40, DAY + 40, DAY - 1),
        excluded=exclusions,
        refund=even("gus", "gus", "gus", "zero"),
    )
    def declare(self, amount: int, date: int, ahead: int, excluded: tuple[str, ...], refund: str) -> None:
        rights, now = self.rights(date, excluded), self.run.now
        payout = Payout(
            number=len(self.payouts) + 1,
            rights=rights,
            asset=self.world.coin.address,
            amount=amount,
            deadline=max(now, rights.record_date) + ahead,
            refund_to=self.wallet(refund),
            blocked=self.blocked,
        )
        if self._do(self.world.agent, "declare", _declaration(payout), expect=lambda: payout.declare(now)):
            self.payouts.append(payout)
        self.reckon()

    @action(number=between(0, 9), who=anyone)
    def claim(self, number: int, who: str) -> None:
        payout = self._payout(number)
        holder = self.holder_at(payout.rights, who) if payout else self.wallet("ana")
        name = self.name_of(holder) or "ana"
        caller = self.wallet(name)
        self._on(payout, name, "claim", expect=lambda: payout and payout.claim(caller, caller, self.run.now))

    @action(number=between(0, 9), who=former, by=even(*["successor"] * 8, *PEOPLE))
    def claim_for(self, number: int, who: str, by: str) -> None:
        payout = self._payout(number)
        holder = self.holder_at(payout.rights, who) if payout else self.wallet("ana")
        name = self.name_of(self.successor(holder)) or "ana" if by == "successor" else by
        caller = self.wallet(name)
        self._on(payout, name, "claimFor", holder, expect=lambda: payout and payout.claim(caller, holder, self.run.now))

    @action(
        number=between(0, 9), who=anyone, page=between(0, 4), sender=people, changed=even(False, False, False, True)
    )
    def claim_omitted(self, number: int, who: str, page: int, sender: str, *, changed: bool) -> None:
        payout = self._payout(number)
        pages = payout.pages if payout else []
        page = 1 + page % len(pages) if pages else page
        shown = list(pages[page - 1]) if 1 <= page <= len(pages) else [self.wallet("ana")]
        holder = self.holder_at(payout.rights, who) if payout else self.wallet("ana")
        omitted = self._omitted(payout) if payout else []
        if omitted and who.isdecimal():
            holder, page = omitted[int(who) % len(omitted)]
            shown = list(pages[page - 1])
        shown = shown[1:] if changed else shown
        self._on(
            payout,
            sender,
            "claimOmitted",
            holder,
            page,
            shown,
            expect=lambda: payout and payout.claim_omitted(holder, page, shown),
        )

    @action(number=between(0, 9), names=many(anyone, 4), ordered=even(True, True, True, True, True, False))
    def push(self, number: int, names: list[str], *, ordered: bool) -> None:
        payout = self._payout(number)
        page = [self.holder_at(payout.rights, name) for name in names] if payout else []
        if ordered and payout:
            ahead = {one for one in page if ascending(one) > ascending(payout.cursor)}
            page = sorted(ahead, key=ascending)
        now = self.run.now
        self._on(payout, "agent", "push", page, expect=lambda: payout and payout.push(page, now))

    @action(number=between(0, 9), early=even(True, False))
    def reclaim(self, number: int, *, early: bool) -> None:
        payout = self._payout(number)
        if payout and not early and self.steps > 15 and payout.deadline > self.run.now:
            self.world.chain.travel(to=payout.deadline - 1)
        now = self.run.now
        self._on(payout, "agent", "reclaim", expect=lambda: payout and payout.reclaim(now), blame="PAY-4")

    @action(who=people, blocked=even(True, True, False))
    def block(self, who: str, *, blocked: bool) -> None:
        wallet = self.wallet(who)
        self.world.coin.send(self.world.admin, "setBlocked", wallet, blocked)
        (self.blocked.add if blocked else self.blocked.discard)(wallet)

    @action(choice=between(0, 9), past=between(-1, 1))
    def wait(self, choice: int, past: int) -> None:
        """Go to, just before or just after a record date, seldom to a deadline."""
        dates = {date for date in self.ledger("COM").dates if date + past > self.run.now}
        deadlines = {one.deadline for one in self.payouts if not one.closed and one.deadline + past > self.run.now}
        moments = sorted(deadlines if self.steps > 18 and choice > 3 else dates)
        second = moments[0] + past if moments else self.run.now + 5
        self.world.chain.travel(to=second - 1)

    def _omitted(self, payout: Payout) -> list[tuple[Address, int]]:
        """Find those with units whom a page passed over, each with its page."""
        found, previous = [], 0
        for number, page in enumerate(payout.pages, 1):
            last = ascending(page[-1])
            found += [
                (one, number)
                for one in self.world.wallets
                if previous < ascending(one) < last and one not in page and payout.share(one)
            ]
            previous = last
        return found

    def _payout(self, number: int) -> Payout | None:
        return self.payouts[number % len(self.payouts)] if self.payouts and number != 9 else None

    def _on(
        self,
        payout: Payout | None,
        name: str,
        function: str,
        *args: object,
        expect: Callable[[], object],
        blame: str = "PAY-2",
    ) -> None:
        signer = self.world.agent if name == "agent" else self.world.people[name]
        number = payout.number if payout else 99

        def known() -> None:
            if payout is None:
                raise Refused("UnknownPayout", number)
            expect()

        self._do(signer, function, number, *args, expect=known, blame=blame)
        self.reckon(payout)

    def _do(
        self, signer: Signer, function: str, *args: object, expect: Callable[[], object], blame: str = "PAY-4"
    ) -> bool:
        return self.run.do(signer, self.world.payouts, function, *args, expect=expect, blame=blame)

    def reckon(self, *touched: Payout | None) -> None:
        """Check every purse, and the payouts that were *touched*."""
        contract, coin, check = self.world.payouts, self.world.coin, self.evidence
        for payout in filter(None, touched):
            found = contract.read("payoutOf", payout.number)
            check.same("PAY-1", found["paid"], payout.paid, ("paid of", payout.number))
            terms = _declaration(payout)
            same = {name: found[name] for name in ("token", "asset", "amount", "recordDate", "deadline", "refundTo")}
            check.same("PAY-4", same, {name: terms[name] for name in same}, payout.number)
            check.same("PAY-4", found["closed"], payout.closed, ("closed", payout.number))
            if payout.rights.record_date <= self.run.now:
                self._shares(payout, found["paid"])
        left = sum(one.amount - one.paid for one in self.payouts if not one.closed)
        check.same("PAY-1", coin.peek("balanceOf", contract.address), left, "the till")
        for wallet in self.world.wallets:
            got = sum(one.got.get(wallet, 0) + one.returned * (one.refund_to == wallet) for one in self.payouts)
            check.same("PAY-2", coin.peek("balanceOf", wallet), got, ("the purse of", wallet))
        self.evidence.settle()

    def _shares(self, payout: Payout, paid: int) -> None:
        contract = self.world.payouts
        shares = {one: contract.read("entitlementOf", payout.number, one) for one in self.world.wallets}
        self.evidence.same("PAY-3", shares, {one: payout.share(one) for one in shares}, payout.number)
        gone = sum(shares[wallet] for wallet in payout.was_paid)
        unclaimed, dust = sum(shares.values()) - gone, payout.amount - sum(shares.values())
        if sum(shares.values()):
            self.evidence.check("PAY-1", paid + unclaimed + dust == payout.amount, "not conserved", payout.number)
        for wallet in payout.failed - payout.claimed:
            kept = not contract.read("isPaid", payout.number, wallet)
            self.evidence.check("PAY-5", kept, "a share that failed is gone", payout.number, wallet)

    def end(self) -> None:
        if not self.evidence.broken:
            self.run.pass_dates()
            self.reckon(*self.payouts)
        super().end()


def _declaration(payout: Payout) -> dict[str, Any]:
    return {
        "token": payout.rights.token,
        "asset": payout.asset,
        "amount": payout.amount,
        "recordDate": payout.rights.record_date,
        "deadline": payout.deadline,
        "refundTo": payout.refund_to,
        "excluded": list(payout.rights.excluded),
        "documentHash": DOCUMENT,
    }


class MeetingStory(OnRegister):
    """Meetings are called, voted in and decided while units move and wallets are lost."""

    weights: ClassVar = {
        "call": 2,
        "vote": 12,
        "vote_for": 6,
        "decide": 3,
        "lose": 3,
        "freeze": 1,
        "trade": 3,
        "wait": 4,
    }

    def __init__(self) -> None:
        super().__init__()
        self.meetings: list[Meeting] = []
        self.final: dict[int, object] = {}

    def begin(self, number: int) -> None:
        """Two meetings are called from the start; the first opens just after its record date."""
        super().begin(number)
        quorum = (0, 4_000, 6_000)[number % 3]
        for date, majorities, excluded in ((0, (0, 1, 2), ()), (1, (2, 0), ("ben",))):
            self.call(date=date, ahead=9, lasts=HOUR, quorum=quorum, majorities=majorities, excluded=excluded)
        self.wait(0, 0)
        self.lose(str(number), 1)

    @action(
        date=even(0, 0, 0, 1, 1, 2, 9),
        ahead=even(0, 2, 10, 10, 30, -1),
        lasts=even(HOUR, HOUR, HOUR + 30, HOUR - 1),
        quorum=even(0, 3_333, 5_000, 5_000, 8_000, 10_000, 10_001),
        majorities=even((0,), (1, 0), (2, 1, 0), (0, 1, 2, 0, 1), ()),
        excluded=exclusions,
    )
    def call(
        self, *, date: int, ahead: int, lasts: int, quorum: int, majorities: tuple[int, ...], excluded: tuple[str, ...]
    ) -> None:
        rights, now = self.rights(date, excluded), self.run.now
        opens = max(now, rights.record_date) + ahead
        meeting = Meeting(
            number=len(self.meetings) + 1,
            rights=rights,
            opens=opens,
            closes=opens + lasts,
            quorum_bps=quorum,
            majorities=majorities,
        )
        notice = {
            "token": rights.token,
            "recordDate": rights.record_date,
            "opens": meeting.opens,
            "closes": meeting.closes,
            "quorumBps": quorum,
            "documentHash": DOCUMENT,
            "agenda": [(DOCUMENT, majority) for majority in majorities],
            "excluded": list(rights.excluded),
        }
        if self._do(self.world.issuer, "call", notice, expect=lambda: meeting.call(now)):
            self.meetings.append(meeting)
        self.tally()

    @action(number=between(0, 9), who=anyone, choices=many(even(0, 1, 1, 1, 2, 2), 5), spoilt=even(*[0] * 12, 3))
    def vote(self, number: int, who: str, choices: list[int], spoilt: int) -> None:
        self._vote(number, who, "", [*choices[:4], spoilt] if spoilt else choices)

    @action(
        number=between(0, 9),
        who=former,
        by=even(*["successor"] * 8, *PEOPLE),
        choices=many(even(0, 1, 1, 2), 5),
    )
    def vote_for(self, number: int, who: str, by: str, choices: list[int]) -> None:
        self._vote(number, who, by, choices)

    def _vote(self, number: int, who: str, by: str, choices: list[int]) -> None:
        meeting, now = self._meeting(number), self.run.now
        holder = self.holder_at(meeting.rights, who) if meeting else self.wallet("ana")
        chosen = tuple(choices[: len(meeting.majorities)] if meeting and number % 4 else choices)
        voter = self.name_of(self.successor(holder)) if by == "successor" else by or self.name_of(holder)
        caller = self.wallet(voter or "ana")
        function, args = ("voteFor", (holder, marks(chosen))) if by else ("vote", (marks(chosen),))
        whose = holder if by else caller
        self._on(
            meeting,
            voter or "ana",
            function,
            *args,
            expect=lambda: meeting and meeting.vote(caller, whose, chosen, now),
        )

    @action(number=between(0, 9), sender=people)
    def decide(self, number: int, sender: str) -> None:
        meeting, now = self._meeting(number), self.run.now
        self._on(meeting, sender, "decide", expect=lambda: meeting and meeting.decide(now), blame="VOTE-4")

    @action(choice=between(0, 9), past=between(-1, 1))
    def wait(self, choice: int, past: int) -> None:
        """Go to, just before or just after the next opening, seldom to a close."""
        opens = {one.opens for one in self.meetings if one.opens + past > self.run.now}
        closes = {one.closes for one in self.meetings if one.closes + past > self.run.now}
        moments = sorted(closes if self.steps > 15 and choice > 4 else opens)
        second = moments[0] + past if moments else self.run.now + 5
        self.world.chain.travel(to=second - 1)

    def _meeting(self, number: int) -> Meeting | None:
        return self.meetings[number % len(self.meetings)] if self.meetings and number != 9 else None

    def _on(
        self,
        meeting: Meeting | None,
        name: str,
        function: str,
        *args: object,
        expect: Callable[[], object],
        blame: str = "VOTE-3",
    ) -> None:
        number = meeting.number if meeting else 99

        def known() -> None:
            if meeting is None:
                raise Refused("UnknownMeeting", number)
            expect()

        self._do(self.world.people[name], function, number, *args, expect=known, blame=blame)
        self.tally(meeting)

    def _do(
        self, signer: Signer, function: str, *args: object, expect: Callable[[], object], blame: str = "VOTE-3"
    ) -> bool:
        return self.run.do(signer, self.world.meetings, function, *args, expect=expect, blame=blame)

    def tally(self, *touched: Meeting | None) -> None:
        """Check the ballots and counts of the meetings that were *touched*."""
        for meeting in filter(None, touched):
            if meeting.rights.record_date <= self.run.now:
                self._tally(meeting)
        self.evidence.settle()

    def _tally(self, meeting: Meeting) -> None:
        contract, check = self.world.meetings, self.evidence
        found = contract.read("meetingOf", meeting.number)
        check.check("VOTE-1", found["present"] <= found["entitled"], "more votes than units", meeting.number, found)
        check.same(
            "VOTE-1", (found["present"], found["entitled"]), (meeting.present, meeting.rights.sharing), meeting.number
        )
        for wallet in self.world.wallets:
            units, choices = contract.read("ballotOf", meeting.number, wallet)
            ballot = meeting.ballots.get(wallet)
            held = meeting.rights.of(wallet)[0]
            check.check("VOTE-1", units in (0, held), "a ballot of other units than those held", wallet, units, held)
            check.same("VOTE-3", (bool(units), choices), (ballot is not None, marks(ballot or ())), wallet)
        results = [contract.read("resolutionOf", meeting.number, at) for at in range(len(meeting.majorities))]
        for at, result in enumerate(results):
            counted = (result["inFavour"], result["against"], result["abstained"])
            check.check(
                "VOTE-2", sum(counted) == found["present"], "counts and presence differ", meeting.number, result
            )
            check.same("VOTE-3", counted, tuple(meeting.cast(at, choice) for choice in (1, 2, 0)), (meeting.number, at))
            outcome = (result["quorate"], result["passed"])
            check.same("VOTE-4", outcome, (meeting.quorate, meeting.passed(at, self.run.now)), (meeting.number, at))
        if self.run.now >= meeting.closes:
            self.evidence.same(
                "VOTE-4", results, self.final.setdefault(meeting.number, results), "a result after the close"
            )

    def end(self) -> None:
        if not self.evidence.broken:
            self.run.pass_dates()
            self.tally(*self.meetings)
        super().end()
