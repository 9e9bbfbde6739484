"""The rulebook against plain Python: the model says what is refused, why, and how many investors there are."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import ALL_UNITS, FOR_EVER, GERMANY, SWITZERLAND, USA, Code, Kind, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.contracts.compliance_stage import Stage
    from tests.contracts.rights_stage import Handle

    from tokenkit.chain import Signer
    from tokenkit.types import Address

CROWD = 6
CLASSES = 2
STEPS = 30
SEEDS = (
    range(100) if os.environ.get("TOKENKIT_PROPERTIES") == "deep" else (0, 3, 6, 9)
)  # four in which every rule refuses
COUNTRIES = (SWITZERLAND, GERMANY, USA)
SOMEBODY = tuple(range(CROWD))
LOTS = 16
ACCREDITED, RETAIL = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """A limit on the number of investors of one kind; no limit: 0."""

    country: int
    mask: int
    claims: int
    limit: int

    def covers(self, country: int, claims: int) -> bool:
        return self.country in (0, country) and claims & self.mask == self.claims

    def on_chain(self) -> dict[str, int]:
        return {"country": self.country, "mask": self.mask, "claims": self.claims, "limit": self.limit}


EVERYBODY = Kinds(country=0, mask=0, claims=0, limit=0)


@dataclass(slots=True, kw_only=True)
class Rules:
    """The rules of one class; those over all classes have a cap and limits only."""

    cap: int = 0
    bps: int = 0
    limit: int = 0
    fewest: int = 0
    countries: dict[int, Kinds] = field(default_factory=dict)
    groups: tuple[Kinds, ...] = ()
    lockups: bool = False
    locks: dict[int, tuple[int, int]] = field(default_factory=dict)
    until: int = 0
    pairs: tuple[tuple[int, int], ...] = ()
    least: int = 0
    whole: bool = False
    authorised: int = 0
    period: int = 0
    exempt: int = 0
    lots: dict[int, list[list[int]]] = field(default_factory=dict)  # of each wallet: [units, acquired, until]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    kind: Kind
    giver: int | None
    receiver: int | None
    units: int


@dataclass(slots=True, kw_only=True)
class Model:
    """Who holds what, who is whose wallet, and what the rules say to it."""

    units: list[list[int]]
    investor: list[int]
    country: list[int]
    claims: list[int]
    rules: list[Rules]
    issuer: Rules
    denied: set[int] = field(default_factory=set)
    deny_list: bool = False

    def held(self, share_class: int, wallet: int) -> int:
        return sum(
            units for one, units in enumerate(self.units[share_class]) if self.investor[one] == self.investor[wallet]
        )

    def held_anywhere(self, wallet: int) -> int:
        return sum(self.held(share_class, wallet) for share_class in range(CLASSES))

    def count(self, share_class: int | None, kind: Kinds = EVERYBODY) -> int:
        """Count the investors of a kind in one class, or in any."""
        holds = self.held_anywhere if share_class is None else partial(self.held, share_class)
        return len(
            {self.investor[one] for one in SOMEBODY if holds(one) and kind.covers(self.country[one], self.claims[one])}
        )

    def refusals(self, share_class: int, move: Move, now: int) -> list[Code]:
        """Name the rules that refuse a movement, in the words of the law rather than of the contract, in the order in which they are asked."""
        if move.units == 0 or move.kind not in (Kind.ISSUE, Kind.TRANSFER) or move.giver == move.receiver:
            return []
        rules, own = self.rules[share_class], move.giver is not None and self._same(move)
        supply = sum(self.units[share_class])
        after = self.held(share_class, move.receiver) + move.units
        supply_after = supply + (move.units if move.kind == Kind.ISSUE else 0)
        checks = (
            (Code.HOLDING_CAP, not own and 0 < rules.cap < after),
            (Code.HOLDING_SHARE, not own and bool(rules.bps) and after * 10_000 > supply_after * rules.bps),
            (
                Code.INVESTOR_COUNT,
                self._too_many(share_class, share_class, replace(EVERYBODY, limit=rules.limit), move),
            ),
            (Code.LOCKUP, self._locked(share_class, move, now)),
            (Code.FLOW_BACK, not own and self._flows_back(share_class, move, now)),
            (Code.DENIED, self.deny_list and not self.denied.isdisjoint({move.giver, move.receiver})),
            (Code.MINIMUM_HOLDING, not own and self._too_little(share_class, move)),
            (Code.WHOLE_POSITION, rules.whole and not own and self._is_part(share_class, move)),
            (
                self._held_back(share_class, move, now) or Code.HOLDING_PERIOD,
                bool(self._held_back(share_class, move, now)),
            ),
            (Code.COUNTRY_COUNT, self._too_many_there(share_class, share_class, move)),
            *((Code.GROUP_COUNT, self._too_many(share_class, share_class, kind, move)) for kind in rules.groups),
            (Code.MINIMUM_INVESTORS, not own and self._too_few(share_class, move)),
            (Code.AUTHORISED_SUPPLY, move.kind == Kind.ISSUE and 0 < rules.authorised < supply_after),
            (Code.ISSUER_HOLDING_CAP, not own and 0 < self.issuer.cap < self.held_anywhere(move.receiver) + move.units),
            (
                Code.ISSUER_INVESTOR_COUNT,
                self._too_many(share_class, None, replace(EVERYBODY, limit=self.issuer.limit), move),
            ),
            (Code.ISSUER_COUNTRY_COUNT, self._too_many_there(share_class, None, move)),
            *((Code.ISSUER_GROUP_COUNT, self._too_many(share_class, None, kind, move)) for kind in self.issuer.groups),
        )
        return [code for code, refused in checks if refused]

    def _same(self, move: Move) -> bool:
        return self.investor[move.giver] == self.investor[move.receiver]

    def _locked(self, share_class: int, move: Move, now: int) -> bool:
        rules = self.rules[share_class]
        if move.giver is None or not rules.lockups:
            return False
        locked, until = rules.locks.get(move.giver, (0, 0))
        held = self.units[share_class][move.giver]
        return bool(locked) and now < until and held - move.units < min(locked, held)

    def _flows_back(self, share_class: int, move: Move, now: int) -> bool:
        rules = self.rules[share_class]
        if move.giver is None or now >= rules.until:
            return False
        origin, target = self.country[move.giver], self.country[move.receiver]
        return any(to == target and (origin != to if frm == 0 else frm == origin) for frm, to in rules.pairs)

    def _too_little(self, share_class: int, move: Move) -> bool:
        least = self.rules[share_class].least
        if self.held(share_class, move.receiver) + move.units < least:
            return True
        left = 0 if move.giver is None else self.held(share_class, move.giver) - move.units
        return 0 < left < least

    def _is_part(self, share_class: int, move: Move) -> bool:
        return move.giver is not None and move.units != self.held(share_class, move.giver)

    def unlocked(self, share_class: int, wallet: int, now: int) -> int:
        locked = sum(units for units, _, until in self.rules[share_class].lots.get(wallet, ()) if until > now)
        return max(0, self.units[share_class][wallet] - locked)

    def _held_back(self, share_class: int, move: Move, now: int) -> Code | None:
        rules = self.rules[share_class]
        if not rules.period:
            return None
        room = LOTS - sum(until > now for _, _, until in rules.lots.get(move.receiver, ()))
        if move.giver is None:
            return Code.LOTS_FULL if room < 1 else None
        short = move.units - self.unlocked(share_class, move.giver, now)
        if short <= 0 or not any(lot[2] > now for lot in rules.lots.get(move.giver, ())):
            return None
        if not self._same(move) and not self.claims[move.receiver] & rules.exempt:
            return Code.HOLDING_PERIOD
        return Code.LOTS_FULL if len(self._oldest(share_class, move.giver, short, now)) > room else None

    def _oldest(self, share_class: int, wallet: int, units: int, now: int) -> list[list[int]]:
        """Take so many units from the lots acquired first."""
        taken = []
        for lot in self.rules[share_class].lots.get(wallet, ()):
            if lot[2] > now and units > 0:
                taken.append([min(units, lot[0]), *lot[1:]])
                units -= lot[0]
        return taken

    def follow(self, share_class: int, move: Move, now: int) -> None:
        """Write down what a movement did to units and lots."""
        rules = self.rules[share_class]
        moved: list[list[int]] = []
        if rules.period and move.units and move.giver != move.receiver:
            if move.giver is None:
                moved = [[move.units, now, now + rules.period]]
            else:
                short = move.units - self.unlocked(share_class, move.giver, now)
                moved = self._oldest(share_class, move.giver, short, now)
                rest = short
                for lot in rules.lots.get(move.giver, ()):
                    if lot[2] > now and rest > 0:
                        used = min(rest, lot[0])
                        lot[0], rest = lot[0] - used, rest - used
                rules.lots[move.giver] = [lot for lot in rules.lots.get(move.giver, []) if lot[0]]
            if move.receiver is not None:
                kept = [lot for lot in rules.lots.get(move.receiver, []) if lot[2] > now]
                rules.lots[move.receiver] = _united([*kept, *moved])
        if move.giver is not None:
            self.units[share_class][move.giver] -= move.units
        if move.receiver is not None:
            self.units[share_class][move.receiver] += move.units

    def _too_few(self, share_class: int, move: Move) -> bool:
        fewest = self.rules[share_class].fewest
        gone = move.giver is not None and self.held(share_class, move.giver) == move.units
        new = self.held(share_class, move.receiver) == 0
        return bool(fewest) and gone and not new and self.count(share_class) <= fewest

    def _too_many_there(self, share_class: int, scope: int | None, move: Move) -> bool:
        rules = self.issuer if scope is None else self.rules[scope]
        kind = rules.countries.get(self.country[move.receiver])
        return kind is not None and self._too_many(share_class, scope, kind, move)

    def _too_many(self, share_class: int, scope: int | None, kind: Kinds, move: Move) -> bool:
        """Say whether the receiver is one too many of a kind. Whoever goes and was of that kind makes room."""
        if not kind.limit or not kind.covers(self.country[move.receiver], self.claims[move.receiver]):
            return False
        if (self.held_anywhere(move.receiver) if scope is None else self.held(share_class, move.receiver)) != 0:
            return False
        if move.giver is not None and self._same(move):
            return False
        if move.giver is not None and kind.covers(self.country[move.giver], self.claims[move.giver]):
            elsewhere = self.held_anywhere(move.giver) - self.held(share_class, move.giver) if scope is None else 0
            if self.held(share_class, move.giver) == move.units and not elsewhere:
                return False
        return self.count(scope, kind) >= kind.limit


CODES = tuple(code for code in Code if 40 <= code < 200)


class Run:
    """The model and the rulebook, side by side."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.draw = stage, Random(seed)
        self.crowd: tuple[Signer, ...] = stage.people[:CROWD]
        self.classes: tuple[Handle, ...] = (stage.common, stage.preferred)
        self.accepted: Counter[str] = Counter()
        self.model = Model(
            units=[[0] * CROWD for _ in range(CLASSES)],
            investor=list(SOMEBODY),
            country=[self.draw.choice(COUNTRIES) for _ in SOMEBODY],
            claims=[self.draw.randrange(4) for _ in SOMEBODY],
            rules=[Rules() for _ in range(CLASSES)],
            issuer=Rules(),
        )
        for one, country, claims in zip(self.crowd, self.model.country, self.model.claims, strict=True):
            stage.register(one, country, claims=claims)
        for scope in (*range(CLASSES), None):
            self._limit(scope, 1_000)
            self._limit_kinds(scope)
        for wallet in (0, 1, 2):
            for share_class in range(CLASSES):
                units = self.draw.randrange(1, 60)
                self._act(share_class, Move(kind=Kind.ISSUE, giver=None, receiver=wallet, units=units))
        changes = self._changes()
        self.draw.shuffle(changes)
        for turn, change in enumerate(changes):
            change(turn % CLASSES)

    def step(self) -> None:
        roll = self.draw.random()
        if roll < 0.65:
            self._act(self.draw.randrange(CLASSES), self._move())
        elif roll < 0.78:
            self._change_facts()
        elif roll < 0.82:
            self.stage.chain.travel(by=self.draw.choice((1, 400)))
        else:
            self.draw.choice(self._changes())(self.draw.randrange(CLASSES))
        self.check()
        for _ in range(4):
            self._ask(self.draw.randrange(CLASSES), self._move())

    def check(self) -> None:
        for scope in (*range(CLASSES), None):
            found = self.stage.rulebook.read("settingsOf", self._address(scope))
            assert found["investorCount"] == self.model.count(scope)
            rules = self._rules(scope)
            kinds = {one["rule"]["country"]: one["count"] for one in found["countryLimits"]}
            assert kinds == {country: self.model.count(scope, kind) for country, kind in rules.countries.items()}
            assert [one["count"] for one in found["groupLimits"]] == [
                self.model.count(scope, one) for one in rules.groups
            ]
            assert all(one["counted"] for one in (*found["countryLimits"], *found["groupLimits"]))
        for share_class, rules in enumerate(self.model.rules):
            now = self.stage.chain.now()
            for wallet in SOMEBODY if rules.period else ():
                lots = self.stage.rulebook.read("lotsOf", self._address(share_class), self.crowd[wallet].address)
                found = [[lot["units"], lot["acquired"], lot["until"]] for lot in lots]
                assert found == [lot for lot in rules.lots.get(wallet, ()) if lot[2] > now]

    def recount(self) -> None:
        """Read the true counts from the complete lists of holders, one a class."""
        lists = [
            [self.crowd[one].address for one in SOMEBODY if self.model.units[share_class][one]]
            for share_class in range(CLASSES)
        ]
        for scope in (*range(CLASSES), None):
            holders = lists if scope is None else [lists[scope]]
            pages = [self.stage.rulebook.read("recount", self._address(scope), *page) for page in enumerate(holders)]
            rules = self._rules(scope)
            assert sum(page["investors"] for page in pages) == self.model.count(scope)
            for name, kinds in (("countries", rules.countries.values()), ("groups", rules.groups)):
                found = [sum(counts) for counts in zip(*(page[name] for page in pages), strict=True)]
                assert sorted(found) == sorted(self.model.count(scope, kind) for kind in kinds)

    def _ask(self, share_class: int, move: Move) -> None:
        """Compare every refusal of a movement, and what it says would help."""
        giver, receiver = self._person(move.giver), self._person(move.receiver)
        verdicts = self.stage.explain(move.kind, giver, receiver, move.units, token=self.classes[share_class])
        expected = self.model.refusals(share_class, move, self.stage.chain.now())
        assert [verdict["code"] for verdict in verdicts] == expected
        for code, verdict in zip(expected, verdicts, strict=True):
            if expected.count(code) == 1:
                self._exact(share_class, move, verdict)
        self.accepted.update(f"refused for {code.name}" for code in expected)

    def _act(self, share_class: int, move: Move) -> None:
        self._ask(share_class, move)
        model, token = self.model, self.classes[share_class]
        giver, receiver = self._person(move.giver), self._person(move.receiver)
        later = model.refusals(share_class, move, self.stage.chain.now() + 1)
        if move.giver is not None and model.units[share_class][move.giver] < move.units:
            return
        if later:
            with reverts(errors.TransferRestricted, code=later[0]):
                self.stage.act(move.kind, giver, receiver, move.units, token=token)
            self.accepted["stopped"] += 1
            return
        self.stage.act(move.kind, giver, receiver, move.units, token=token)
        self.accepted[move.kind.name] += 1
        model.follow(share_class, move, self.stage.chain.block().timestamp)

    def _exact(self, share_class: int, move: Move, verdict: dict[str, Any]) -> None:
        """Check that the largest passes and one more does not, and that time helps exactly then."""
        code, now = Code(verdict["code"]), self.stage.chain.now()

        def refused(units: int, moment: int) -> bool:
            return code in self.model.refusals(share_class, replace(move, units=units), moment)

        assert verdict["largest"] < move.units
        assert not refused(verdict["largest"], now)
        assert refused(verdict["largest"] + 1, now)
        if verdict["earliest"]:
            assert refused(move.units, verdict["earliest"] - 1)
            assert not refused(move.units, verdict["earliest"])

    def _move(self) -> Move:
        kind = self.draw.choice((Kind.TRANSFER, Kind.TRANSFER, Kind.TRANSFER, Kind.ISSUE, Kind.REDEEM, Kind.FORCED))
        giver, receiver = self.draw.choice(SOMEBODY), self.draw.choice(SOMEBODY)
        holders = [one for one in SOMEBODY if self.model.units[0][one] or self.model.units[1][one]]
        if holders and self.draw.random() < 0.5:
            giver = self.draw.choice(holders)
        holdings = [self.model.units[0][giver], self.model.units[1][giver], self.model.held(0, giver)]
        units = self.draw.choice((0, 1, self.draw.randrange(1, 40), *holdings))
        return Move(
            kind=kind,
            giver=None if kind == Kind.ISSUE else giver,
            receiver=None if kind == Kind.REDEEM else receiver,
            units=units,
        )

    # ---- facts change under the holders ----

    def _change_facts(self) -> None:
        stage, model, wallet, other = self.stage, self.model, self.draw.choice(SOMEBODY), self.draw.choice(SOMEBODY)
        address, send = self.crowd[wallet].address, self.stage.registry.send
        if self.draw.random() < 0.5:
            country, claims = self.draw.choice(COUNTRIES), self.draw.randrange(4)
            send(stage.registrar, "update", address, facts(country, claims=claims))
            for one in SOMEBODY:
                if model.investor[one] == model.investor[wallet]:
                    model.country[one], model.claims[one] = country, claims
            self.accepted["facts"] += 1
            return
        # An investor is named after a wallet here, and may outlive its name.
        name = self.draw.choice((other, wallet))
        send(stage.registrar, "updateIdentity", address, self.crowd[name].address)
        companions = [one for one in SOMEBODY if model.investor[one] == name and one != wallet]
        if model.investor[wallet] != name and companions:
            model.country[wallet], model.claims[wallet] = model.country[companions[0]], model.claims[companions[0]]
        model.investor[wallet] = name
        self.accepted["identity"] += 1

    # ---- rules change ----

    def _changes(self) -> list[Callable[[int], None]]:
        """List what can change in the rules, each for one class."""
        return [
            self._cap,
            self._cap_all,
            self._limit_some,
            self._limit_all,
            self._limit_some_kinds,
            self._lock,
            self._block,
            self._deny,
            self._ask_for_more,
            self._authorise,
            self._hold_back,
        ]

    def _cap(self, share_class: int) -> None:
        rules = self.model.rules[share_class]
        rules.cap, rules.bps = self.draw.choice((0, 50, 90)), self.draw.choice((0, 3_333, 6_000, 10_000))
        self.stage.rule("setHoldingCap", rules.cap, rules.bps, scope=self._address(share_class))

    def _cap_all(self, _: int) -> None:
        self.model.issuer.cap = self.draw.choice((0, 80, 150))
        self.stage.rule("setHoldingCap", self.model.issuer.cap, 0, scope=ZERO_ADDRESS)

    def _limit_some(self, share_class: int) -> None:
        self._limit(share_class, self.draw.choice((2, 3, 4, 1_000)), self.draw.choice((0, 2, 3, 3)))

    def _limit_all(self, _: int) -> None:
        self._limit(None, self.draw.choice((2, 4, 5, 1_000)))

    def _limit_some_kinds(self, _: int) -> None:
        self._limit_kinds(self.draw.choice((*range(CLASSES), None)))

    def _lock(self, share_class: int) -> None:
        rules, wallet = self.model.rules[share_class], self.draw.choice(SOMEBODY)
        lock = (self.draw.choice((0, 10, ALL_UNITS)), self.stage.chain.now() + self.draw.choice((20, 600)))
        self.stage.rule("setLockup", self.crowd[wallet].address, *lock, scope=self._address(share_class))
        rules.locks[wallet] = lock
        rules.lockups = rules.lockups or lock[0] != 0

    def _block(self, share_class: int) -> None:
        rules = self.model.rules[share_class]
        rules.until = self.draw.choice((0, self.stage.chain.now() + 300, FOR_EVER))
        rules.pairs = self.draw.choice(((), ((0, USA),), ((SWITZERLAND, USA), (GERMANY, SWITZERLAND), (0, GERMANY))))
        pairs = [{"from": frm, "to": to} for frm, to in rules.pairs]
        self.stage.rule("setFlowBack", rules.until, pairs, scope=self._address(share_class))

    def _ask_for_more(self, share_class: int) -> None:
        rules = self.model.rules[share_class]
        rules.least, rules.whole = self.draw.choice((0, 5, 20)), self.draw.random() < 0.5
        self.stage.rule("setMinimumHolding", rules.least, rules.whole, scope=self._address(share_class))

    def _authorise(self, share_class: int) -> None:
        rules, supply = self.model.rules[share_class], sum(self.model.units[share_class])
        rules.authorised = self.draw.choice((0, supply + 5, supply + 40))
        self.stage.rule("setAuthorisedSupply", rules.authorised, scope=self._address(share_class))

    def _hold_back(self, share_class: int) -> None:
        rules, token = self.model.rules[share_class], self._address(share_class)
        rules.period, rules.exempt = self.draw.choice((0, 300, 1_000, 1_000)), self.draw.choice((0, ACCREDITED))
        self.stage.rule("setHoldingPeriod", rules.period, rules.exempt, scope=token)
        if not rules.period:
            rules.lots = {}
            return
        held, now = self.model.units[share_class], self.stage.chain.now()
        wallet = self.draw.choice([one for one in SOMEBODY if held[one]] or SOMEBODY)
        count = self.draw.choice((2, LOTS, LOTS, LOTS))
        lots = [[1 + at % 3, now - 100 + at, now + 200 + 160 * (at % 5)] for at in range(count)]
        listed = [{"units": units, "acquired": acquired, "until": until} for units, acquired, until in lots]
        self.stage.rulebook.send(self.stage.officer, "setLots", token, self.crowd[wallet].address, listed)
        rules.lots[wallet] = lots

    def _deny(self, _: int) -> None:
        model, wallet = self.model, self.draw.choice(SOMEBODY)
        send, officer, denied = self.stage.rulebook.send, self.stage.officer, wallet not in model.denied
        send(officer, "setDenied", [self.crowd[wallet].address], denied, "Sanctions list")
        (model.denied.add if denied else model.denied.discard)(wallet)
        model.deny_list = model.deny_list or denied
        if self.draw.random() < 0.3:
            model.deny_list = not model.deny_list
            send(officer, "switchDenyList", model.deny_list)

    def _limit(self, scope: int | None, limit: int, fewest: int = 0) -> None:
        rules = self._rules(scope)
        rules.limit, rules.fewest = limit, min(limit, fewest)
        self.stage.rule("setInvestorLimit", rules.limit, rules.fewest, scope=self._address(scope))
        self._count(scope)

    def _limit_kinds(self, scope: int | None) -> None:
        """Limit the investors of a country and of two groups anew, and count them."""
        rules, draw = self._rules(scope), self.draw
        country, mask = draw.choice(COUNTRIES), draw.choice((0, ACCREDITED))
        kind = Kinds(country=country, mask=mask, claims=0, limit=draw.choice((0, 1, 2, 1_000)))
        rules.countries.pop(country, None)
        if kind.limit:
            rules.countries[country] = kind
        self.stage.rule("setCountryLimits", [kind.on_chain()], scope=self._address(scope))
        rules.groups = tuple(
            Kinds(
                country=draw.choice((0, 0, USA)),
                mask=mask,
                claims=draw.choice((0, mask)),
                limit=draw.choice((1, 2, 1_000)),
            )
            for mask in draw.choice(((), (ACCREDITED,), (ACCREDITED, RETAIL), (ACCREDITED | RETAIL, 0, RETAIL, RETAIL)))
        )
        self.stage.rule("setGroupLimits", [one.on_chain() for one in rules.groups], scope=self._address(scope))
        self._count(scope)

    def _count(self, scope: int | None) -> None:
        """Count from the complete lists of holders, in two pages where there is more than one."""
        classes = range(CLASSES) if scope is None else (scope,)
        holders = [self.crowd[one].address for at in classes for one in SOMEBODY if self.model.units[at][one]]
        for page in (slice(0, 1), slice(1, None)):
            if holders[page]:
                self.stage.rule("count", page.start, holders[page], scope=self._address(scope))

    def _rules(self, scope: int | None) -> Rules:
        return self.model.issuer if scope is None else self.model.rules[scope]

    def _address(self, scope: int | None) -> Address:
        return ZERO_ADDRESS if scope is None else self.classes[scope].address

    def _person(self, index: int | None) -> Signer | None:
        return None if index is None else self.crowd[index]


def _united(lots: list[list[int]]) -> list[list[int]]:
    """Put parts of one lot together, in the order of acquisition."""
    units: Counter[tuple[int, int]] = Counter()
    for lot in lots:
        units[lot[1], lot[2]] += lot[0]
    return [[count, acquired, until] for (acquired, until), count in sorted(units.items(), key=lambda one: one[0][0])]


def test_CAP_1_CNT_1_CNT_2_LCK_1_LOT_1_FLO_1_DEN_1_MIN_1_SUP_1_RUL_1_RUL_4__any_order_of_movements_and_changes__as_the_model_says(
    session_stage: Stage,
) -> None:
    accepted: Counter[str] = Counter()
    for seed in SEEDS:
        before = session_stage.chain.snapshot()
        try:
            run = Run(session_stage, seed)
            for _ in range(STEPS):
                run.step()
            run.recount()
            accepted.update(run.accepted)
        finally:
            session_stage.chain.revert(before)

    # A run in which nothing happened proves nothing.
    happened = ("TRANSFER", "ISSUE", "REDEEM", "FORCED", "facts", "identity", "stopped")
    assert all(accepted[name] >= 3 for name in happened), accepted
    missing = [code.name for code in CODES if not accepted[f"refused for {code.name}"]]
    assert not missing, (missing, accepted)
