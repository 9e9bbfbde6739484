"""Powers of a suite: the acts that hand them out, and what the AccessManager must then answer."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tokenkit._blueprint import contracts, providers
from tokenkit._blueprint.site import Act, Expectation
from tokenkit.powers import OFFICES, Role, powers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit._blueprint.site import Site
    from tokenkit.plan import Office, Plan
    from tokenkit.types import Address

_AGENT_ROLES = (Role.ISSUER, Role.ENFORCEMENT)


class Member(NamedTuple):
    """An account in a role; its acts wait for ``delay`` seconds."""

    role: Role
    account: Address
    delay: int


def acts(plan: Plan) -> Iterator[Act]:
    """Give each function its role, each role its members, and the whole to the admin."""
    for name in guarded(plan):
        yield Act(
            name=f"set the powers over {name}",
            contract="manager",
            data=partial(_powers_data, plan, name),
            expect=partial(_roles_set, plan, name),
        )
    yield Act(
        name="fill the offices",
        contract="manager",
        data=partial(_offices_data, plan),
        expect=lambda site: tuple(_offices_filled(plan, site)),
    )
    yield Act(
        name="hand over to the admin",
        contract="manager",
        data=partial(_handover_data, plan),
        expect=lambda site: tuple(handed_over(plan, site)),
    )


def guarded(plan: Plan) -> tuple[str, ...]:
    """Name the contracts whose functions have roles."""
    tokens = tuple(f"token {one.symbol}" for one in plan.classes)
    more = (("payouts", "merkle payouts") if plan.payouts else ()) + (("meetings",) if plan.meetings else ())
    return ("registry", *providers.names(plan), "rulebook", *contracts.names(plan), *tokens, *more)


def function_roles(plan: Plan, name: str, site: Site) -> Iterator[Expectation]:
    """Expect the role of each function of a contract."""
    for power in powers_of(site.record.contract(name).artifact):
        yield Expectation(
            area="powers",
            subject=f"{name}: {power.signature.partition('(')[0]}",
            contract="manager",
            function="getTargetFunctionRole",
            args=[site.address(name), power.selector],
            expected=int(power.held_by(standard_faces=plan.standard_faces)),
            words=role_words,
        )


def members(plan: Plan, site: Site) -> tuple[Member, ...]:
    """List everybody who holds a role in the end."""
    found = [Member(Role.ADMIN, plan.admin.address, plan.admin.delay)]
    for role, office in offices(plan):
        found += [Member(role, account, office.delay) for account in office.holders]
        found += [Member(role.guardian, account, 0) for account in office.guardians]
    # They write in the transaction that somebody hands in; with a delay each of these would fail.
    found += [Member(Role.REGISTRAR, site.address(name), 0) for name in providers.names(plan)]
    if plan.erc3643_agents:
        found.append(Member(Role.AGENT_ADMIN, plan.admin.address, plan.admin.delay))
        found += [Member(Role.AGENT_ADMIN, site.token(one.symbol), 0) for one in plan.classes]
    return tuple(found)


def offices(plan: Plan) -> Iterator[tuple[Role, Office]]:
    """List the offices of the plan with their roles."""
    for role in OFFICES:
        yield role, getattr(plan.roles, role.name.lower())


def guardian_of(plan: Plan, role: Role) -> Role:
    """Return who may cancel what a role scheduled: its guardians, or the admin where the plan names none."""
    named = dict(offices(plan))
    return role.guardian if role in named and named[role].guardians else Role.ADMIN


def admin_of(plan: Plan, role: Role) -> Role:
    """Return who may grant a role."""
    return Role.AGENT_ADMIN if plan.erc3643_agents and role in _AGENT_ROLES else Role.ADMIN


def role_words(number: object) -> str:
    """Name a role by its number, as the AccessManager has it."""
    try:
        return Role(int(str(number))).label
    except ValueError:
        return "everybody" if number == 2**64 - 1 else f"role {number}"


def _roles_set(plan: Plan, name: str, site: Site) -> tuple[Expectation, ...]:
    return tuple(function_roles(plan, name, site))


def _powers_data(plan: Plan, name: str, site: Site) -> bytes:
    target = site.address(name)
    by_role = sorted(
        (
            (power.held_by(standard_faces=plan.standard_faces), power.selector)
            for power in powers_of(site.record.contract(name).artifact)
        ),
    )
    calls = [
        site.call_data("manager", "setTargetFunctionRole", target, [selector for _, selector in group], int(role))
        for role, group in groupby(by_role, key=lambda pair: pair[0])
        if role != Role.ADMIN  # what no call assigns is the admin's
    ]
    if plan.admin.target_delay:
        calls.append(site.call_data("manager", "setTargetAdminDelay", target, plan.admin.target_delay))
    return _together(site, calls)


def _offices_data(plan: Plan, site: Site) -> bytes:
    call = partial(site.call_data, "manager")
    calls = [call("labelRole", int(role), role.label) for role in labelled(plan)]
    for role, office in offices(plan):
        if office.guardians:
            calls.append(call("setRoleGuardian", int(role), int(role.guardian)))
        if office.grant_delay:
            calls.append(call("setGrantDelay", int(role), office.grant_delay))
    calls += [
        call("grantRole", int(one.role), one.account, one.delay)
        for one in members(plan, site)
        if one.role != Role.ADMIN
    ]
    if plan.erc3643_agents:
        calls += [call("setRoleAdmin", int(role), int(Role.AGENT_ADMIN)) for role in _AGENT_ROLES]
    return _together(site, calls)


def labelled(plan: Plan) -> tuple[Role, ...]:
    """List the roles that get a label: those that can have members under the plan, and nobody's."""
    guardians = tuple(role.guardian for role, office in offices(plan) if office.guardians)
    agents = (Role.AGENT_ADMIN,) if plan.erc3643_agents else ()
    nobody = () if plan.standard_faces else (Role.NOBODY,)
    return (*OFFICES, *agents, *nobody, *guardians)


def _offices_filled(plan: Plan, site: Site) -> Iterator[Expectation]:
    """Expect what was not so before; the rest says nothing about whether the offices were filled."""
    for member in members(plan, site):
        if member.role != Role.ADMIN:
            yield _holds(member)
    for role in OFFICES:
        if guardian_of(plan, role) != Role.ADMIN:
            yield role_setting(role, "getRoleGuardian", "guardian", guardian_of(plan, role))
        if admin_of(plan, role) != Role.ADMIN:
            yield role_setting(role, "getRoleAdmin", "granted by", admin_of(plan, role))


def role_setting(role: Role, function: str, what: str, expected: Role) -> Expectation:
    """Expect the guardian or the admin of a role."""
    return Expectation(
        area="powers",
        subject=f"{role.label}: {what}",
        contract="manager",
        function=function,
        args=[int(role)],
        expected=int(expected),
        words=role_words,
    )


def _handover_data(plan: Plan, site: Site) -> bytes:
    deployer, admin = site.record.deployer, plan.admin
    calls = [site.call_data("manager", "grantRole", int(Role.ADMIN), admin.address, admin.delay)]
    if deployer != admin.address:
        calls.append(site.call_data("manager", "renounceRole", int(Role.ADMIN), deployer))
    return _together(site, calls)


def handed_over(plan: Plan, site: Site) -> Iterator[Expectation]:
    """Expect the admin of the plan in the place of the deployer."""
    yield _holds(Member(Role.ADMIN, plan.admin.address, plan.admin.delay))
    if site.record.deployer != plan.admin.address:
        yield Expectation(
            area="powers",
            subject=f"admin: {site.record.deployer}, the deployer",
            contract="manager",
            function="hasRole",
            args=[int(Role.ADMIN), site.record.deployer],
            expected=False,
            pick=lambda answer: answer[0],
        )


def _holds(member: Member) -> Expectation:
    return Expectation(
        area="powers",
        subject=f"{member.role.label}: {member.account}",
        contract="manager",
        function="hasRole",
        args=[int(member.role), member.account],
        expected=(True, member.delay),
    )


def _together(site: Site, calls: list[bytes]) -> bytes:
    """Make one call of several: all of them happen, or none."""
    return calls[0] if len(calls) == 1 else site.call_data("manager", "multicall", calls)
