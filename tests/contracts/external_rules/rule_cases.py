"""Every rule, set up so that it refuses one plain movement, and switched off again: what tests of all rules go through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from tests.contracts.external_rules.conftest import KYC
from tests.contracts.rights_stage import deploy

from tokenkit.external import Blackout, Grant, RuleKind, TradingWindow
from tokenkit.registry import Facts
from tokenkit.restrictions import Restriction
from tokenkit.rules import ALL_CLASSES, CountLimit, CountryPair, HoldingPeriod, Lot

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Signer

GERMANY, FRANCE, SWITZERLAND = 276, 250, 756
HOUR = 3_600
MOST_LOTS = 16
REFUSING, REVERTING = 1, 2
"""Moods of the tests' contracts: a compliance that refuses, a rule that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A rule under which *units* of ana to chloe, who holds none, are refused; or to ben, who holds 500; or issued."""

    name: str
    code: Restriction
    on: Callable[[Stage, str], object]
    """Takes the class, or all classes."""
    off: Callable[[Stage, str], object]
    over_all: bool = False
    units: int = 10
    to_ben: bool = False
    about_giver: bool = False
    """New units go to ana, because the rule is about her."""

    def scope(self, stage: Stage) -> str:
        return ALL_CLASSES if self.over_all else stage.token

    def receiver(self, stage: Stage) -> Signer:
        return stage.people.ben if self.to_ben else stage.people.chloe

    def switch_on(self, stage: Stage) -> None:
        self.on(stage, self.scope(stage))

    def switch_off(self, stage: Stage) -> None:
        self.off(stage, self.scope(stage))


# ── rules of the rulebook ────────────────────────────────────────────────────────────────────────────────────────────────


def count(stage: Stage, scope: str) -> None:
    """Count the investors: nobody but ana and ben holds units."""
    classes, people = (stage.ord, stage.suite.token("PREF")), (stage.people.ana, stage.people.ben)
    holders = {
        one.address: [who.address for who in people if one.transfers.balance(who.address).units] for one in classes
    }
    for page in stage.suite.rulebook.count(scope, holders if scope == ALL_CLASSES else holders[stage.token]):
        stage.officer(page)
    assert not stage.suite.rulebook.show(scope).pending


def cap_units(stage: Stage, scope: str, units: int | None = 5) -> None:
    stage.officer(stage.suite.rulebook.cap_holdings(scope, units=units))


def cap_share(stage: Stage, scope: str, bps: int | None = 50) -> None:
    stage.officer(stage.suite.rulebook.cap_holdings(scope, bps=bps))


def limit_investors(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.limit_investors(scope, 2))
    count(stage, scope)


def require_investors(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.limit_investors(scope, None, minimum=2))
    count(stage, scope)


def free_investors(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.limit_investors(scope, None))


def limit_countries(stage: Stage, scope: str) -> None:
    """At most one investor of Germany, who is ben; chloe moves there."""
    facts = Facts(country=GERMANY, claims=KYC)
    stage.suite.registry.update(stage.people.chloe.address, facts).send(stage.people.registrar)
    stage.officer(stage.suite.rulebook.limit_countries(scope, [CountLimit(country=GERMANY, limit=1)]))
    count(stage, scope)


def free_countries(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.limit_countries(scope, [CountLimit(country=GERMANY, limit=0)]))


def limit_groups(stage: Stage, scope: str) -> None:
    limit = CountLimit(country=None, mask=KYC, claims=KYC, limit=2)
    stage.officer(stage.suite.rulebook.limit_groups(scope, [limit]))
    count(stage, scope)


def free_groups(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.limit_groups(scope, ()))


def lock(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.lock(scope, stage.people.ana.address, until=stage.chain.now() + HOUR))


def unlock(stage: Stage, scope: str) -> None:
    """Leave the lock where it is."""
    stage.officer(stage.suite.rulebook.switch_lockups(scope, on=False))


def block_flow_back(stage: Stage, scope: str) -> None:
    pairs = [CountryPair(source=SWITZERLAND, target=FRANCE)]
    stage.officer(stage.suite.rulebook.block_flow_back(scope, pairs))


def free_flow_back(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.block_flow_back(scope, ()))


def deny(stage: Stage, _scope: str) -> None:
    stage.officer(stage.suite.rulebook.deny([stage.people.ana.address], reason="Test"))


def free_denied(stage: Stage, _scope: str) -> None:
    """Leave ana on the list."""
    stage.officer(stage.suite.rulebook.switch_deny_list(on=False))


def require_minimum(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.set_minimum_holding(scope, 100))


def require_whole(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.set_minimum_holding(scope, None, whole_position=True))


def free_bounds(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.set_minimum_holding(scope, None))


def hold(stage: Stage, scope: str) -> None:
    """All that ana holds is one lot."""
    now = stage.chain.now()
    stage.officer(stage.suite.rulebook.set_holding_period(scope, HoldingPeriod(seconds=HOUR)))
    lots = [Lot(units=1_000, acquired=now, until=now + HOUR)]
    stage.officer(stage.suite.rulebook.set_lots(scope, stage.people.ana.address, lots))


def fill_lots(stage: Stage, scope: str) -> None:
    """Investors with the claim may take ana's lot, but chloe and ana's second wallet have no room for it."""
    rules, now = stage.suite.rulebook, stage.chain.now()
    hold(stage, scope)
    stage.officer(rules.set_holding_period(scope, HoldingPeriod(seconds=HOUR, exempt_claims=KYC)))
    lots = [Lot(units=1, acquired=now - age, until=now + HOUR) for age in range(MOST_LOTS, 0, -1)]
    for wallet in (stage.people.chloe, stage.second):
        stage.issue(wallet, MOST_LOTS)
        stage.officer(rules.set_lots(scope, wallet.address, lots))


def free_lots(stage: Stage, scope: str) -> None:
    stage.officer(stage.suite.rulebook.set_holding_period(scope, None))


def authorise(stage: Stage, scope: str, units: int | None = 1_500) -> None:
    stage.officer(stage.suite.rulebook.authorise(scope, units))


# ── rules that are contracts of their own ────────────────────────────────────────────────────────────────────────────────


def obey(kind: RuleKind, set_up: Callable[[Stage], object]) -> Callable[[Stage, str], None]:
    def on(stage: Stage, _scope: str) -> None:
        set_up(stage)
        stage.obey(kind)

    return on


def drop(kind: RuleKind) -> Callable[[Stage, str], object]:
    """Take the rule off the class; it keeps its settings."""
    return lambda stage, scope: stage.officer(stage.suite.rulebook.remove(scope, stage.rules[kind]))


def grant(stage: Stage) -> None:
    grant = Grant(units=1_000, start=stage.chain.now(), duration=HOUR, period=HOUR)
    stage.officer(stage.vesting.grant(stage.token, stage.people.ana.address, grant))


def limit_volume(stage: Stage) -> None:
    stage.officer(stage.volume.limit(stage.token, window=24 * HOUR, units=5))


def close(stage: Stage) -> None:
    """Trade three days from now only."""
    weekday = datetime.fromtimestamp(stage.chain.now(), UTC).weekday()
    window = TradingWindow.on((weekday + 3) % 7, time(9), time(17))
    stage.officer(stage.hours.set_hours(stage.token, [window]))


def black_out(stage: Stage) -> None:
    now = stage.chain.now()
    stage.officer(stage.hours.set_blackouts(stage.token, [Blackout(start=now, end=now + HOUR)]))


def ask_consent(stage: Stage) -> None:
    stage.officer(stage.approvals.set_terms(stage.token))


def close_spending(stage: Stage) -> None:
    stage.officer(stage.spenders.set_others(stage.token, allowed=False))


def sanction(stage: Stage) -> None:
    oracle = deploy(stage.chain, stage.people.deployer, "SanctionsOracleStub")
    oracle.send(stage.people.deployer, "list", stage.people.ana.address, True)
    stage.officer(stage.sanctions.set_oracle(stage.token, oracle.address))


def ask_compliance(stage: Stage) -> None:
    """It caps wallets, not investors, at five units."""
    compliance = deploy(stage.chain, stage.people.deployer, "ComplianceStub")
    stage.officer(stage.adapter.set_compliance(compliance.address))
    compliance.send(stage.people.deployer, "set", 0, 5, 0)


def obey_failing(stage: Stage, scope: str) -> None:
    rule = deploy(stage.chain, stage.people.deployer, "RuleStub", True)
    rule.send(stage.people.deployer, "setMood", REVERTING)
    stage.officer(stage.suite.rulebook.add(scope, rule.address))


def drop_all(stage: Stage, scope: str) -> None:
    for rule in stage.suite.rulebook.show(scope).external_rules:
        stage.officer(stage.suite.rulebook.remove(scope, rule))


def obey_compliance_alone(stage: Stage, _scope: str) -> None:
    compliance = deploy(stage.chain, stage.people.deployer, "PlainCompliance")
    stage.officer(stage.ord.issuance.set_rulebook(compliance.address))
    compliance.send(stage.people.deployer, "setMood", REFUSING)


def obey_rulebook(stage: Stage, _scope: str) -> None:
    stage.officer(stage.ord.issuance.set_rulebook(stage.suite.rulebook.address))


CODE = Restriction
ALL = " over all classes"

CASES = (
    Case(name="holding cap", code=CODE.HOLDING_CAP, on=cap_units, off=lambda stage, at: cap_units(stage, at, None)),
    Case(name="share cap", code=CODE.HOLDING_SHARE, on=cap_share, off=lambda stage, at: cap_share(stage, at, None)),
    Case(name="most investors", code=CODE.INVESTOR_COUNT, on=limit_investors, off=free_investors),
    Case(
        name="fewest investors",
        code=CODE.MINIMUM_INVESTORS,
        on=require_investors,
        off=free_investors,
        units=1_000,
        to_ben=True,
    ),
    Case(name="investors per country", code=CODE.COUNTRY_COUNT, on=limit_countries, off=free_countries),
    Case(name="investors per group", code=CODE.GROUP_COUNT, on=limit_groups, off=free_groups),
    Case(name="lockup", code=CODE.LOCKUP, on=lock, off=unlock, about_giver=True),
    Case(name="flow-back", code=CODE.FLOW_BACK, on=block_flow_back, off=free_flow_back),
    Case(name="deny list", code=CODE.DENIED, on=deny, off=free_denied, about_giver=True),
    Case(name="minimum holding", code=CODE.MINIMUM_HOLDING, on=require_minimum, off=free_bounds),
    Case(name="whole position", code=CODE.WHOLE_POSITION, on=require_whole, off=free_bounds, about_giver=True),
    Case(name="holding period", code=CODE.HOLDING_PERIOD, on=hold, off=free_lots, about_giver=True),
    Case(name="holding period, no room for lots", code=CODE.LOTS_FULL, on=fill_lots, off=free_lots),
    Case(
        name="authorised supply",
        code=CODE.AUTHORISED_SUPPLY,
        on=authorise,
        off=lambda stage, at: authorise(stage, at, None),
    ),
    Case(
        name=f"holding cap{ALL}",
        code=CODE.ISSUER_HOLDING_CAP,
        on=cap_units,
        off=lambda stage, at: cap_units(stage, at, None),
        over_all=True,
    ),
    Case(
        name=f"most investors{ALL}",
        code=CODE.ISSUER_INVESTOR_COUNT,
        on=limit_investors,
        off=free_investors,
        over_all=True,
    ),
    Case(
        name=f"investors per country{ALL}",
        code=CODE.ISSUER_COUNTRY_COUNT,
        on=limit_countries,
        off=free_countries,
        over_all=True,
    ),
    Case(
        name=f"investors per group{ALL}", code=CODE.ISSUER_GROUP_COUNT, on=limit_groups, off=free_groups, over_all=True
    ),
    Case(
        name="vesting",
        code=CODE.VESTING,
        on=obey(RuleKind.VESTING, grant),
        off=drop(RuleKind.VESTING),
        about_giver=True,
    ),
    Case(name="volume", code=CODE.VOLUME, on=obey(RuleKind.VOLUME, limit_volume), off=drop(RuleKind.VOLUME)),
    Case(name="trading hours", code=CODE.TRADING_HOURS, on=obey(RuleKind.HOURS, close), off=drop(RuleKind.HOURS)),
    Case(name="blackout", code=CODE.BLACKOUT, on=obey(RuleKind.HOURS, black_out), off=drop(RuleKind.HOURS)),
    Case(name="approval", code=CODE.NOT_APPROVED, on=obey(RuleKind.APPROVAL, ask_consent), off=drop(RuleKind.APPROVAL)),
    Case(name="spenders", code=CODE.SPENDER, on=obey(RuleKind.SPENDERS, close_spending), off=drop(RuleKind.SPENDERS)),
    Case(
        name="sanctions",
        code=CODE.SANCTIONED,
        on=obey(RuleKind.SANCTIONS, sanction),
        off=drop(RuleKind.SANCTIONS),
        about_giver=True,
    ),
    Case(
        name="compliance as a rule",
        code=CODE.COMPLIANCE_RULE,
        on=obey(RuleKind.COMPLIANCE, ask_compliance),
        off=drop(RuleKind.COMPLIANCE),
    ),
    Case(name="another's rule, failing", code=CODE.EXTERNAL_RULE, on=obey_failing, off=drop_all),
    Case(name="compliance in the rulebook's place", code=CODE.COMPLIANCE, on=obey_compliance_alone, off=obey_rulebook),
)
"""One for each restriction that a rule gives."""
