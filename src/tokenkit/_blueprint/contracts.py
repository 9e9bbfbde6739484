"""Rules that are contracts of their own: created once each, set for every class that names them, and obeyed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokenkit._blueprint.site import Act, Creation, Expectation
from tokenkit._plan_contracts import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tokenkit._blueprint.site import Site
    from tokenkit._plan_contracts import Spenders, TradingHours
    from tokenkit.plan import Plan, ShareClass

ARTIFACTS: Final = {
    "vesting": "VestingRule",
    "volume": "VolumeRule",
    "trading_hours": "TradingHoursRule",
    "approval": "ApprovalRule",
    "spenders": "SpenderRule",
    "sanctions": "SanctionsRule",
}
_ALLOWED: Final = 1
_BLOCKED: Final = 2
"""``ISpenderRule.Standing``."""


class _Answer(NamedTuple):
    """What a view of a rule contract must answer about a class."""

    function: str
    value: object
    args: tuple[object, ...] = ()
    pick: Callable[[Any], object] = lambda answer: answer


class _Setting(NamedTuple):
    """What is set, by which function of a rule contract, with which arguments after the token, and what must then be answered."""

    name: str
    function: str
    args: tuple[object, ...]
    answers: tuple[_Answer, ...]


def contract_of(key: str) -> str:
    """Name the contract of a rule in the suite, by the rule's key in the plan."""
    return f"{key.replace('_', ' ')} rule"


def names(plan: Plan) -> tuple[str, ...]:
    """Name the rule contracts of the suite."""
    return tuple(map(contract_of, _keys(plan)))


def creations(plan: Plan) -> Iterator[Creation]:
    """Create each rule contract that a class asks for."""
    for key in _keys(plan):
        yield Creation(
            contract=contract_of(key),
            artifact=ARTIFACTS[key],
            args=lambda site: [site.address("manager"), site.address("rulebook")],
        )


def acts(plan: Plan, one: ShareClass) -> Iterator[Act]:
    """Set each rule contract of a class, then let the class obey it."""
    for key in one.rules.contracts:
        for setting in _settings(plan, one, key):
            yield Act(
                name=f"set the {setting.name} of {one.symbol}",
                contract=contract_of(key),
                data=partial(_data, one, key, setting),
                expect=partial(_as_set, one, key, setting),
            )
        yield Act(
            name=f"let {one.symbol} obey the {contract_of(key)}",
            contract="rulebook",
            data=partial(_add_data, one, key),
            expect=partial(_obeyed, one, key),
        )


def expectations(plan: Plan, one: ShareClass, site: Site) -> Iterator[Expectation]:
    """Expect what a class's rule contracts were set to, and that the class obeys them and no others."""
    for key in one.rules.contracts:
        for setting in _settings(plan, one, key):
            yield from _as_set(one, key, setting, site)
        yield from _answered(one, key, _untouched(one, key), site)
    yield Expectation(
        area="parameters",
        subject=f"rulebook: external rules of {one.symbol}",
        contract="rulebook",
        function="settingsOf",
        args=[site.token(one.symbol)],
        expected=frozenset(site.address(contract_of(key)) for key in one.rules.contracts),
        pick=lambda settings: frozenset(settings["externalRules"]),
        words=lambda rules: ", ".join(sorted(rules)) or "none",
    )


def wiring(plan: Plan, site: Site) -> Iterator[Expectation]:
    """Expect each rule contract to serve the suite's rulebook."""
    for name in names(plan):
        yield Expectation(
            area="wiring",
            subject=f"{name}: rulebook",
            contract=name,
            function="rulebook",
            expected=site.address("rulebook"),
        )


def _keys(plan: Plan) -> tuple[str, ...]:
    asked = {key for one in plan.classes for key in one.rules.contracts}
    return tuple(key for key in ARTIFACTS if key in asked)


def _settings(plan: Plan, one: ShareClass, key: str) -> Iterator[_Setting]:
    rules = one.rules
    if key == "volume" and rules.volume:
        units = one.units(rules.volume.units) if rules.volume.units is not None else 0
        limit = (units, rules.volume.bps, rules.volume.length)
        answer = _Answer("limitOf", limit, pick=lambda got: (got["units"], got["bps"], got["window"]))
        yield _Setting("volume limit", "setLimit", limit, (answer,))
    elif key == "trading_hours" and rules.trading_hours:
        yield from _hours(rules.trading_hours)
    elif key == "approval" and rules.approval:
        terms = ((rules.approval.deemed_after_days or 0) * DAY, plan.claim_mask(rules.approval.exempt))
        yield _Setting("terms of approval", "setApprovalTerms", terms, (_Answer("approvalTermsOf", terms, pick=tuple),))
    elif key == "spenders" and rules.spenders:
        yield from _spenders(rules.spenders)
    elif key == "sanctions" and rules.sanctions:
        oracle = rules.sanctions.oracle
        yield _Setting("sanctions oracle", "setOracle", (oracle,), (_Answer("oracleOf", oracle),))


def _hours(hours: TradingHours) -> Iterator[_Setting]:
    if hours.windows:
        offset, weekly = hours.utc_offset_minutes * 60, hours.weekly()
        answer = _Answer(
            "tradingHoursOf",
            (offset, weekly),
            pick=lambda got: (got[0], [(each["open"], each["close"]) for each in got[1]]),
        )
        windows = [{"open": opens, "close": closes} for opens, closes in weekly]
        yield _Setting("trading windows", "setTradingHours", (offset, windows), (answer,))
    if hours.blackouts:
        times = [(one.starts, one.ends, (one.every_days or 0) * DAY) for one in hours.blackouts]
        blackouts = [{"start": start, "end": end, "every": every} for start, end, every in times]
        yield _Setting("blackouts", "setBlackouts", (blackouts,), (_blackouts(times),))


def _blackouts(times: list[tuple[int, int, int]]) -> _Answer:
    return _Answer("blackoutsOf", times, pick=lambda got: [(each["start"], each["end"], each["every"]) for each in got])


def _spenders(spenders: Spenders) -> Iterator[_Setting]:
    standing = _ALLOWED if spenders.blocked is None else _BLOCKED
    listed = spenders.blocked or spenders.allowed or ()
    if listed:
        answers = tuple(_Answer("standingOf", standing, args=(spender,)) for spender in listed)
        yield _Setting("spenders", "setSpenders", (list(listed), standing), answers)
    if spenders.blocked:
        yield _Setting("other spenders", "setOtherSpenders", (True,), (_Answer("otherSpendersAllowed", True),))


def _untouched(one: ShareClass, key: str) -> Iterator[_Answer]:
    """List what a rule contract answers where nothing was set, as far as it would change what the plan sets."""
    if key == "trading_hours" and one.rules.trading_hours:
        if not one.rules.trading_hours.blackouts:
            yield _blackouts([])
        if not one.rules.trading_hours.windows:
            yield _Answer("tradingHoursOf", (0, []), pick=lambda got: (got[0], list(got[1])))
    if key == "spenders" and one.rules.spenders and not one.rules.spenders.blocked:
        yield _Answer("otherSpendersAllowed", False)


def _as_set(one: ShareClass, key: str, setting: _Setting, site: Site) -> tuple[Expectation, ...]:
    return _answered(one, key, setting.answers, site)


def _answered(one: ShareClass, key: str, answers: Iterable[_Answer], site: Site) -> tuple[Expectation, ...]:
    return tuple(
        Expectation(
            area="parameters",
            subject=f"{contract_of(key)}: {answer.function} {' '.join(map(str, (one.symbol, *answer.args)))}",
            contract=contract_of(key),
            function=answer.function,
            args=[site.token(one.symbol), *answer.args],
            expected=answer.value,
            pick=answer.pick,
        )
        for answer in answers
    )


def _obeyed(one: ShareClass, key: str, site: Site) -> tuple[Expectation, ...]:
    rule = site.address(contract_of(key))
    return (
        Expectation(
            area="parameters",
            subject=f"rulebook: {one.symbol} obeys the {contract_of(key)}",
            contract="rulebook",
            function="settingsOf",
            args=[site.token(one.symbol)],
            expected=True,
            pick=lambda settings: rule in settings["externalRules"],
        ),
    )


def _data(one: ShareClass, key: str, setting: _Setting, site: Site) -> bytes:
    return site.call_data(contract_of(key), setting.function, site.token(one.symbol), *setting.args)


def _add_data(one: ShareClass, key: str, site: Site) -> bytes:
    return site.call_data("rulebook", "addRule", site.token(one.symbol), site.address(contract_of(key)))
