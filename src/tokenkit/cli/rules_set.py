"""``tokenkit rules set``: one command a rule. What contradicts itself is refused before anything is sent."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenkit.cli._command import command
from tokenkit.cli._options import TIMES, ClassOption, IssuerOption
from tokenkit.cli._output import Answer
from tokenkit.cli._rule_words import (
    GROUP_HELP,
    LIMIT_HELP,
    OFF,
    country_pair,
    investor_limit,
    number_or_off,
    units_or_off,
)
from tokenkit.cli._shown import show_acts, show_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.cli._rule_scope import Scope
    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation


WalletsArgument = Annotated[
    list[str], typer.Argument(metavar="WALLET…", help="Any wallet of each investor; its others are meant as well.")
]
OnlyOption = Annotated[bool, typer.Option("--only", help="These wallets only, not the others of the same investors.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes on the chain.")]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Set a rule of a class (--class) or over all classes (--issuer).")
    app.add_typer(group, name="set")
    for function, name, examples in (
        (holding_cap, "holding-cap", ["--class QWA --units 50000 --percent 9.75", "--class QWA"]),
        (investors, "investors", ["99 --minimum 2 --class QWA", "off --issuer"]),
        (countries, "countries", ["DE,AT,FR 149:-qualified --class QWA", "DE off --class QWA"]),
        (groups, "groups", ["35:-accredited --issuer", "35@US:-accredited 500:+kyc --class QWA", "off --class QWA"]),
        (minimum_holding, "minimum-holding", ["100 --class QWA", "off --whole-position --class QWA"]),
        (supply, "supply", ["1000000 --class QWA", "off --class QWA"]),
        (holding_period, "holding-period", ["365 --exempt accredited --class QWA", "off --class QWA"]),
        (flow_back, "flow-back", ["CH:US DE:US --until 2031-06-30 --class QWA", "off --class QWA"]),
        (lockup, "lockup", ["0x5290…9EE7 1000 --until 2031-06-30 --class QWA", "0x5290…9EE7 off --class QWA"]),
        (deny, "deny", ["0x5290…9EE7 --reason 'sanctions list of 12 March'"]),
        (allow, "allow", ["0x5290…9EE7 --reason 'taken off the list'"]),
    ):
        shown = [f"tokenkit rules set {name} {example}" for example in examples]
        command(group, name, label=f"rules set {name}", sends=True, examples=shown)(function)


def holding_cap(
    session: "Session",
    units: Annotated[str | None, typer.Option("--units", help="The most units one investor may hold.")] = None,
    percent: Annotated[str | None, typer.Option("--percent", help="The most of the supply, such as 9.75.")] = None,
    share_class: ClassOption = None,
    issuer: IssuerOption = False,
) -> Answer:
    """Cap what one investor may hold, in units, as a share of the supply, or both; neither: no cap."""
    from tokenkit.types import parse_units

    def settings(scope: "Scope") -> dict[str, Any]:
        bps = None if percent is None else parse_units(percent, 2)
        return {"holding_units": units_or_off(units, scope), "holding_bps": bps}

    return _set(session, share_class, settings, issuer=issuer)


def investors(
    session: "Session",
    limit: Annotated[str, typer.Argument(metavar="LIMIT", help="The most investors, or off.")],
    minimum: Annotated[int | None, typer.Option("--minimum", min=1, help="The fewest investors.")] = None,
    share_class: ClassOption = None,
    issuer: IssuerOption = False,
) -> Answer:
    """Limit the number of investors, above and below."""
    return _set(
        session,
        share_class,
        lambda _: {"investor_limit": number_or_off(limit), "minimum_investors": minimum},
        issuer=issuer,
    )


def countries(
    session: "Session",
    codes: Annotated[str, typer.Argument(metavar="COUNTRIES", help="Country codes, separated by commas.")],
    limit: Annotated[str, typer.Argument(metavar="LIMIT", help=f"{LIMIT_HELP}; or off.")],
    share_class: ClassOption = None,
    issuer: IssuerOption = False,
) -> Answer:
    """Limit the number of investors of each of these countries; limits of other countries stay."""
    from dataclasses import replace

    from tokenkit.countries import parse_country
    from tokenkit.errors import InvalidInput

    named = [parse_country(code).numeric for code in codes.split(",")]

    def settings(scope: "Scope") -> dict[str, Any]:
        known = session.suite.rulebook.show(scope.token).wished().country_limits
        kept = [one for one in known if one.country not in named]
        if limit == OFF:
            return {"country_limits": tuple(kept)}
        new = investor_limit(limit, session.record.plan.claims, how=LIMIT_HELP)
        if new.country is not None:
            raise InvalidInput(f"{limit!r} names a country of its own beside {codes}. Write {LIMIT_HELP}.")
        return {"country_limits": (*kept, *(replace(new, country=country) for country in named))}

    return _set(session, share_class, settings, issuer=issuer)


def groups(
    session: "Session",
    limits: Annotated[list[str], typer.Argument(metavar="LIMIT…", help=f"{GROUP_HELP}; or off.")],
    share_class: ClassOption = None,
    issuer: IssuerOption = False,
) -> Answer:
    """Replace the limits on the number of investors who have claims, or lack them; at most four."""
    claims = session.record.plan.claims
    listed = () if limits == [OFF] else tuple(investor_limit(limit, claims, how=GROUP_HELP) for limit in limits)
    return _set(session, share_class, lambda _: {"group_limits": listed}, issuer=issuer)


def minimum_holding(
    session: "Session",
    units: Annotated[str, typer.Argument(metavar="UNITS", help="The least an investor may hold, or off.")],
    whole_position: Annotated[
        bool, typer.Option("--whole-position", help="A holder transfers all its units or none.")
    ] = False,
    share_class: ClassOption = None,
) -> Answer:
    """Set the least that an investor may hold, and whether only whole positions may be transferred."""
    return _set(
        session,
        share_class,
        lambda scope: {"minimum_units": units_or_off(units, scope), "whole_position": whole_position},
    )


def supply(
    session: "Session",
    units: Annotated[str, typer.Argument(metavar="UNITS", help="The most units that may be in issue, or off.")],
    share_class: ClassOption = None,
) -> Answer:
    """Limit the units that may be in issue."""
    return _set(session, share_class, lambda scope: {"authorised_units": units_or_off(units, scope)})


def holding_period(
    session: "Session",
    days: Annotated[
        str, typer.Argument(metavar="DAYS", help="Days that what is issued from now on is locked, or off.")
    ],
    exempt: Annotated[
        str,
        typer.Option("--exempt", metavar="CLAIMS", help="Receivers with any of these claims may take locked units."),
    ] = "",
    share_class: ClassOption = None,
) -> Answer:
    """Lock what is issued from now on, lot by lot. Off ends all lots at once."""
    from tokenkit.cli._onboarding import claims_word
    from tokenkit.rules import HoldingPeriod

    length = number_or_off(days)
    mask = claims_word(exempt.replace(",", " ").split(), session.record.plan.claims)
    period = None if length is None else HoldingPeriod(seconds=length * 86_400, exempt_claims=mask)
    return _set(session, share_class, lambda _: {"holding_period": period})


def flow_back(
    session: "Session",
    pairs: Annotated[
        list[str], typer.Argument(metavar="FROM:TO…", help="Country codes; FROM may be * for every other. Or off.")
    ],
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help=f"Left out: for ever. {TIMES}")] = None,
    share_class: ClassOption = None,
) -> Answer:
    """Block transfers between residents of countries until a time."""
    from tokenkit.cli._session import parse_instant

    listed = () if pairs == [OFF] else tuple(map(country_pair, pairs))
    end = parse_instant(until) if until and listed else None
    return _set(session, share_class, lambda _: {"flow_back": listed, "flow_back_until": end})


def lockup(
    session: "Session",
    wallet: Annotated[str, typer.Argument(metavar="WALLET", help="Whose units are locked.")],
    units: Annotated[str, typer.Argument(metavar="UNITS", help="How many; all; or off.")],
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help=f"When they move again. {TIMES}")] = None,
    share_class: ClassOption = None,
) -> Answer:
    """Lock units of a wallet until a time."""
    from tokenkit.cli._session import parse_instant
    from tokenkit.errors import InvalidInput
    from tokenkit.rules import ALL_UNITS
    from tokenkit.types import parse_units

    one, rules = session.share_class(share_class), session.suite.rulebook
    if units == OFF:
        return _sent(session, rules.unlock(one.address, wallet), one.symbol)
    if until is None:
        raise InvalidInput("A lockup needs an end. Give --until TIME.")
    locked = ALL_UNITS if units == "all" else parse_units(units, one.decimals)
    operation = rules.lock(one.address, wallet, until=parse_instant(until), units=locked)
    return _sent(session, operation.with_summary(f"Lock {units} units of {wallet} until {until}"), one.symbol)


def deny(session: "Session", wallets: WalletsArgument, reason: ReasonOption, only: OnlyOption = False) -> Answer:
    """Put investors on the deny list of all classes, with all their wallets. A wallet that is linked later is not on it."""
    found = _meant(session, wallets, only=only)
    return _sent(session, session.suite.rulebook.deny(found.wallets, reason=reason), "all classes", found.warnings)


def allow(session: "Session", wallets: WalletsArgument, reason: ReasonOption, only: OnlyOption = False) -> Answer:
    """Take investors off the deny list, with all their wallets."""
    found = _meant(session, wallets, only=only)
    return _sent(session, session.suite.rulebook.allow(found.wallets, reason=reason), "all classes", found.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """The wallets that a list is about, and what to know about them."""

    wallets: list[str]
    warnings: list[str]


def _meant(session: "Session", wallets: list[str], *, only: bool) -> _Meant:
    """Add the other wallets of the same investors, or name them; name what the registry does not know."""
    from tokenkit.types import parse_address

    found: list[str] = [parse_address(wallet) for wallet in wallets]
    warnings = []
    for wallet in tuple(found):
        known = session.suite.registry.wallets(wallet)
        others = [one for one in known if one not in found]
        if not known:
            warnings.append(f"{wallet} is not registered. Is it the right address?")
        elif others and only:
            warnings.append(f"The investor of {wallet} has other wallets, which are left out: {', '.join(others)}.")
        elif others:
            warnings.append(
                f"The investor of {wallet} has other wallets, which are meant as well: {', '.join(others)}."
            )
            found += others
    return _Meant(wallets=found, warnings=warnings)


def _set(session: "Session", share_class: str | None, settings: Any, *, issuer: bool = False) -> Answer:  # noqa: ANN401
    from tokenkit.cli._rule_scope import scope_of
    from tokenkit.cli._rulebook import change, in_force, with_rules

    scope = scope_of(session, share_class, issuer=issuer)
    return change(session, scope, with_rules(in_force(session, scope), scope, **settings(scope)))


def _sent(session: "Session", operation: "Operation[None]", where: str, warnings: "Sequence[str]" = ()) -> Answer:
    show_warnings(session.console, warnings)
    acts = session.carry_out([operation.with_summary(f"{operation.summary} ({where})")])
    return Answer(data={"scope": where, "warnings": warnings, **acts}, show=lambda console: show_acts(console, acts))
