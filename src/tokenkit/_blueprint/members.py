"""Powers as they are on the chain: from the AccessManager's events, so that nobody is overlooked, and its getters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tokenkit._blueprint import offices
from tokenkit._blueprint.site import Unanswered, ask
from tokenkit._contract import Contract
from tokenkit.artifacts import load
from tokenkit.powers import OFFICES, POWERS, Role, powers_of
from tokenkit.types import from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit._blueprint.site import Site
    from tokenkit.artifacts import Event
    from tokenkit.plan import Plan
    from tokenkit.types import Address


class Found(NamedTuple):
    """A question about powers with its answer."""

    subject: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHolder:
    """Who holds a role on the chain; its acts wait ``delay`` seconds. ``name`` is that of a contract of the suite, or empty."""

    role: str
    account: Address
    name: str
    delay: int


class PowerFindings(NamedTuple):
    """What there is to say about powers: questions with their answers, what deserves a look, and who holds what."""

    findings: list[Found]
    warnings: list[str]
    holders: tuple[RoleHolder, ...]


class Membership(NamedTuple):
    """That an account has a role since a time, and that its acts wait for a delay, itself since a time."""

    delay: int
    since: int
    delay_since: int


@dataclass(slots=True)
class History:
    """What the AccessManager's events say is in force."""

    members: dict[tuple[int, Address], Membership] = field(default_factory=dict)
    guardians: dict[int, int] = field(default_factory=dict)
    admins: dict[int, int] = field(default_factory=dict)
    grant_delays: dict[int, tuple[int, int]] = field(default_factory=dict)  # → delay, since
    target_delays: dict[Address, tuple[int, int]] = field(default_factory=dict)
    functions: dict[tuple[Address, bytes], int] = field(default_factory=dict)
    closed: dict[Address, bool] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    scheduled: dict[bytes, Event] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Take one event in."""
        args = event.args
        match event.name:
            case "RoleGranted":
                key = (args["roleId"], args["account"])
                known = self.members.get(key)
                if args["newMember"] or known is None:
                    self.members[key] = Membership(delay=args["delay"], since=args["since"], delay_since=args["since"])
                else:
                    self.members[key] = Membership(delay=args["delay"], since=known.since, delay_since=args["since"])
            case "RoleRevoked":
                self.members.pop((args["roleId"], args["account"]), None)
            case "OperationScheduled":
                self.scheduled[args["operationId"]] = event
            case "OperationExecuted" | "OperationCanceled":
                self.scheduled.pop(args["operationId"], None)
            case _:
                self._set(event.name, args)

    def _set(self, name: str, args: Mapping[str, Any]) -> None:
        """Take in an event that replaces one setting by another."""
        match name:
            case "RoleGuardianChanged":
                self.guardians[args["roleId"]] = args["guardian"]
            case "RoleAdminChanged":
                self.admins[args["roleId"]] = args["admin"]
            case "RoleGrantDelayChanged":
                self.grant_delays[args["roleId"]] = (args["delay"], args["since"])
            case "TargetAdminDelayUpdated":
                self.target_delays[args["target"]] = (args["delay"], args["since"])
            case "TargetFunctionRoleUpdated":
                self.functions[args["target"], args["selector"]] = args["roleId"]
            case "TargetClosed":
                self.closed[args["target"]] = args["closed"]
            case "RoleLabel":
                self.labels[args["roleId"]] = args["label"]


def power_findings(plan: Plan, site: Site) -> PowerFindings:
    """Compare every power with the plan; warn of what has not taken effect yet, and of powers in one hand."""
    history = _history(site)
    now = site.chain.now()
    findings = [
        *_function_findings(plan, site, history),
        *_member_findings(plan, site, history),
        *_role_findings(plan, history),
        *_target_findings(plan, site, history),
    ]
    warnings = [*_pending(site, history, now), *_waiting(site, history, now), *_in_one_hand(history)]
    return PowerFindings(findings, warnings, tuple(_holders(site, history)))


def _history(site: Site) -> History:
    manager = site.record.contract("manager")
    artifact = load(manager.artifact)
    history = History()
    for log in site.chain.logs([manager.address], (), manager.block):
        event = artifact.decode_event(log)
        if event is not None:
            history.apply(event)
    return history


def _function_findings(plan: Plan, site: Site, history: History) -> Iterator[Found]:
    table = set()
    for name in offices.guarded(plan):
        table |= {(site.address(name), power.selector) for power in powers_of(site.record.contract(name).artifact)}
        for one, answer in ask(site, offices.function_roles(plan, name, site)):
            actual = answer.sentence if isinstance(answer, Unanswered) else one.words(answer)
            yield Found(one.subject, one.words(one.expected), actual)
    for (target, selector), role in history.functions.items():
        if (target, selector) not in table and role != Role.ADMIN:
            function = f"function {_function(selector)} of {_named(site, target)}"
            yield Found(function, "no role of its own", offices.role_words(role))


def _member_findings(plan: Plan, site: Site, history: History) -> Iterator[Found]:
    """Compare members by the events, and each of them with the getter, so that neither source is trusted alone."""
    expected = {(int(one.role), one.account): one.delay for one in offices.members(plan, site)}
    manager = Contract(site.chain, site.address("manager"), "AccessManager")
    asked = sorted({*expected, *history.members})
    answers = manager.read_many([("getAccess", (role, account)) for role, account in asked])
    for (role, account), (since, delay, coming, coming_at) in zip(asked, answers, strict=True):
        subject = f"{offices.role_words(role)}: {_named(site, account)}"
        found = history.members.get((role, account))
        by_events = _membership(found.delay if found else None)
        by_getter = _membership((coming if coming_at else delay) if since else None)
        yield Found(subject, _membership(expected.get((role, account))), by_events)
        yield Found(f"{subject} by getter", by_events, by_getter)


def _role_findings(plan: Plan, history: History) -> Iterator[Found]:
    named = dict(offices.offices(plan))
    labels = {int(role): role.label for role in offices.labelled(plan)}
    for role in sorted(
        {*map(int, OFFICES), *history.guardians, *history.admins, *history.grant_delays, *history.labels, *labels}
    ):
        known = Role(role) if role in set(Role) else None
        words = offices.role_words(role)
        guardian = offices.guardian_of(plan, known) if known in OFFICES and known is not None else Role.ADMIN
        admin = offices.admin_of(plan, known) if known is not None else Role.ADMIN
        delay = named[known].grant_delay if known in OFFICES and known is not None else 0
        yield Found(
            f"{words}: guardian", offices.role_words(int(guardian)), offices.role_words(history.guardians.get(role, 0))
        )
        yield Found(
            f"{words}: granted by", offices.role_words(int(admin)), offices.role_words(history.admins.get(role, 0))
        )
        yield Found(f"{words}: delay of grants", _seconds(delay), _seconds(history.grant_delays.get(role, (0, 0))[0]))
        yield Found(f"{words}: label", labels.get(role, "none"), history.labels.get(role, "none"))


def _target_findings(plan: Plan, site: Site, history: History) -> Iterator[Found]:
    guarded = {site.address(name): plan.admin.target_delay for name in offices.guarded(plan)}
    for target in sorted({*guarded, *history.target_delays, *history.closed}):
        name = _named(site, target)
        delay = history.target_delays.get(target, (0, 0))[0]
        yield Found(f"{name}: delay of changes to its powers", _seconds(guarded.get(target, 0)), _seconds(delay))
        yield Found(f"{name}: closed by the admin", "no", "yes" if history.closed.get(target, False) else "no")


def _pending(site: Site, history: History, now: int) -> Iterator[str]:
    for (role, account), one in history.members.items():
        if one.since > now:
            yield f"{account} becomes {offices.role_words(role)} at {_time(one.since)}."
        elif one.delay_since > now:
            yield f"Acts of {account} as {offices.role_words(role)} wait {_seconds(one.delay)} from {_time(one.delay_since)}."
    for role, (delay, since) in history.grant_delays.items():
        if since > now:
            yield f"The delay of grants of the role {offices.role_words(role)} becomes {_seconds(delay)} at {_time(since)}."
    for target, (delay, since) in history.target_delays.items():
        if since > now:
            yield f"The delay of changes to the powers over {_named(site, target)} becomes {_seconds(delay)} at {_time(since)}."


def _waiting(site: Site, history: History, now: int) -> Iterator[str]:
    expiry = Contract(site.chain, site.address("manager"), "AccessManager").read("expiration")
    for event in history.scheduled.values():
        due = event.args["schedule"]
        if now < due + expiry:
            call = f"{_function(event.args['data'][:4])} of {_named(site, event.args['target'])}"
            yield f"{event.args['caller']} has scheduled {call} for {_time(due)}."


def _in_one_hand(history: History) -> Iterator[str]:
    """Warn where nobody could object in time, or where one account decides what is meant for several."""
    held: dict[Address, list[str]] = {}
    for role, account in sorted(history.members):
        if role in (Role.ADMIN, *OFFICES):
            held.setdefault(account, []).append(offices.role_words(role))
        if role == Role.ADMIN and not history.members[role, account].delay:
            yield f"{account} is admin without a delay: it can give itself every power at once, before anybody can object."
    for account, names in held.items():
        if len(names) > 1:
            yield f"{account} holds {len(names)} offices: {', '.join(names)}. One key does what is meant for several people."


def _holders(site: Site, history: History) -> Iterator[RoleHolder]:
    names = {contract.address: contract.name for contract in site.record.contracts}
    for (role, account), membership in sorted(history.members.items()):
        yield RoleHolder(
            role=offices.role_words(role), account=account, name=names.get(account, ""), delay=membership.delay
        )


def _named(site: Site, account: Address) -> str:
    names = {contract.address: contract.name for contract in site.record.contracts}
    return names.get(account, account)


def _function(selector: bytes) -> str:
    """Name a function that tokenkit's contracts have; others by their selector."""
    signatures = {power.selector: power.signature for power in POWERS}
    return signatures[selector].partition("(")[0] if selector in signatures else f"0x{selector.hex()}"


def _membership(delay: int | None) -> str:
    if delay is None:
        return "not a member"
    return f"a member whose acts wait {_seconds(delay)}" if delay else "a member"


def _seconds(delay: int) -> str:
    return f"{delay} seconds" if delay else "none"


def _time(second: int) -> str:
    return f"{from_unix(second):%Y-%m-%d %H:%M:%S} UTC"
