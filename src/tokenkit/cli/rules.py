"""``tokenkit rules``: the limits on what may move: shown, set, counted; and the rule contracts beside them."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli import rules_set
from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import ClassOption, IssuerOption
from tokenkit.cli._output import Answer, item, table
from tokenkit.cli._shown import show_acts, show_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.cli._rule_scope import Scope
    from tokenkit.cli._session import Session
    from tokenkit.reverts import RegistriesDiffer, UnknownHolder
    from tokenkit.rules import Counts, Holders, LimitState, RuleSettings

_HOURS_IN_PLANS = ("trading_hours", "trading-hours")

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The rule contract.")]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Limits on what may move: show, set, count.")
    app.add_typer(group, name="rules")
    command(
        group,
        "show",
        label="rules show",
        examples=["tokenkit rules show --class QWA", "tokenkit rules show --issuer --json"],
    )(show)
    rules_set.add_to(group)
    command(
        group,
        "count",
        label="rules count",
        sends=True,
        examples=["tokenkit rules count --class QWA", "tokenkit rules count --issuer --dry-run"],
    )(count)
    command(
        group,
        "deploy",
        label="rules deploy",
        sends=True,
        without=("dry_run", "safe"),
        examples=["tokenkit rules deploy approval", "tokenkit rules deploy compliance --class QWA"],
    )(deploy)
    command(group, "empower", label="rules empower", sends=True, examples=["tokenkit rules empower 0x5290…9EE7"])(
        empower
    )
    command(group, "add", label="rules add", sends=True, examples=["tokenkit rules add 0x5290…9EE7 --class QWA"])(add)
    command(
        group, "remove", label="rules remove", sends=True, examples=["tokenkit rules remove 0x5290…9EE7 --class QWA"]
    )(remove)


def show(session: "Session", share_class: ClassOption = None, issuer: IssuerOption = False) -> Answer:
    """Show the rules of a class, or those over all classes: in words, with what was counted.

    A limit on investors that waits for a count is marked: it is not in force.
    """
    from tokenkit.cli._rule_contracts import look
    from tokenkit.cli._rule_scope import scope_of
    from tokenkit.cli._rulebook import pending_sentence, show_pending

    scope = scope_of(session, share_class, issuer=issuer)
    settings = session.suite.rulebook.show(scope.token)
    contracts = [look(session, scope.token, rule, scope.decimals) for rule in settings.external_rules]
    denied = session.suite.rulebook.denied(from_block=session.record.first_block) if issuer else ()
    lines = list(_lines(session, scope, settings))
    lines += [(not one.idle, f"{one.name} ({one.address}): {one.sentence}") for one in contracts]
    lines += [(settings.deny_list, f"Denied: {one.wallet} ({one.reason}).") for one in denied]
    data = {
        "scope": scope.name,
        "decimals": scope.decimals,
        "settings": settings,
        "pending": settings.pending,
        "contracts": contracts,
        "denied": denied,
        "sentences": [sentence for _, sentence in lines],
    }

    def show_rules(console: Console) -> None:
        console.print(f"[bold]{escape(scope.name)}[/bold]{'' if lines else ': no rules.'}")
        for in_force, sentence in lines:
            said = escape(sentence)
            console.print(
                item("•", said) if in_force else item("[bold red]![/bold red]", f"[bold red]{said}[/bold red]")
            )
        show_pending(console, [pending_sentence(scope)] if settings.pending else [])

    return Answer(data=data, show=show_rules)


def _lines(session: "Session", scope: "Scope", settings: "RuleSettings") -> "Iterator[tuple[bool, str]]":
    """Say each rule in a sentence, and whether it is in force."""
    from dataclasses import replace

    from tokenkit.ruleset import Requirements, RuleSet, describe

    claims = session.record.plan.claims

    def words(rules: RuleSet) -> str:
        return " ".join(describe(Requirements(rules=rules), claims, decimals=scope.decimals)[1:])

    def counted(sentence: str, *, in_force: bool, investors: int) -> tuple[bool, str]:
        return in_force, f"{sentence} ({investors:,} now)" if in_force else f"NOT IN FORCE: {sentence}"

    def limit(one: "LimitState", rules: RuleSet) -> tuple[bool, str]:
        return counted(words(rules), in_force=one.counted, investors=one.count)

    wished = settings.wished()
    plain = replace(wished, investor_limit=None, minimum_investors=None, country_limits=(), group_limits=())
    yield from ((True, one) for one in describe(Requirements(rules=plain), claims, decimals=scope.decimals)[1:])
    if settings.limits_investors:
        both = words(RuleSet(investor_limit=wished.investor_limit, minimum_investors=wished.minimum_investors))
        yield counted(both, in_force=settings.investors_counted, investors=settings.investor_count)
    for one in settings.country_limits:
        yield limit(one, RuleSet(country_limits=(one.rule,)))
    for one in settings.group_limits:
        yield limit(one, RuleSet(group_limits=(one.rule,)))
    if settings.lockups:
        yield True, "Lockups of single wallets are obeyed."
    if settings.deny_list:
        where = "" if scope.share_class is None else " (`tokenkit rules show --issuer` lists it)"
        yield True, f"Nobody on the deny list gives, gets or moves units{where}."


def count(
    session: "Session",
    share_class: ClassOption = None,
    issuer: IssuerOption = False,
    afresh: Annotated[bool, typer.Option("--afresh", help="Begin again, also where a count is under way.")] = False,
) -> Answer:
    """Count the investors, which puts the limits on their number in force.

    The holders come from the register of events. A count goes on where it stopped; anything that moves meanwhile ends it.

    Exit code 4: what was counted differs from what the rulebook keeps.
    """
    from tokenkit.cli._rule_scope import scope_of
    from tokenkit.reverts import RegistriesDiffer, UnknownHolder

    scope = scope_of(session, share_class, issuer=issuer)
    rules = session.suite.rulebook
    holders = _holders(session, scope)
    try:
        found = rules.recount(scope.token, holders)
    except (UnknownHolder, RegistriesDiffer) as error:
        error.add_note(_remedy(session, error))
        raise
    waiting = rules.show(scope.token).pending
    pages = rules.count(scope.token, holders, afresh=afresh) if waiting or afresh else ()
    acts = session.carry_out([one.with_summary(one.summary.replace(scope.token, scope.name)) for one in pages])
    settings = rules.show(scope.token)
    differences = rules.prove_counts(scope.token, holders)
    kinds = _kinds(session, settings)
    data = {
        "scope": scope.name,
        "counted": found,
        "settings": settings,
        "pending": settings.pending,
        "differences": differences,
        **acts,
    }

    def show_count(console: Console) -> None:
        show_acts(console, acts)
        console.print(
            table(None, ("Investors", "Counted", "Limit"), _counts(settings, found, kinds), right=("Counted", "Limit"))
        )
        for each in differences:
            console.print(
                item(
                    "[red]✗[/red]",
                    f"{kinds.get(each.about, each.about)}: counted {each.counted}, the rulebook says {each.stored}.",
                )
            )
        if acts["mode"] in ("sent", "nothing to do") and not settings.pending and not differences:
            console.print("[green]✓[/green] All limits on investors are in force, and the counts are right.")

    return Answer(data=data, show=show_count, exit_code=Exit.DIFFERENCES if differences else Exit.OK)


def _holders(session: "Session", scope: "Scope") -> "Holders":
    if scope.share_class is not None:
        return list(map(str, scope.share_class.transfers.register().units))
    classes = session.suite.classes.values()
    return {one.address: list(map(str, one.transfers.register().units)) for one in classes}


def _remedy(session: "Session", error: "UnknownHolder | RegistriesDiffer") -> str:
    from tokenkit.reverts import UnknownHolder

    if isinstance(error, UnknownHolder):
        return f"It is {error.holder}: `tokenkit investor add {error.holder}`, then count again."
    symbol = session.symbol_of(error.token)
    return f"{symbol} asks another registry than the first class. Count class by class (--class), or let {symbol} ask the same one."


def _kinds(session: "Session", settings: "RuleSettings") -> "dict[str, str]":
    """Say whom each count is about, by what the rulebook calls it."""
    from tokenkit._ruleset_words import limit_named

    names = {bit: name for name, bit in session.record.plan.claims.items()}
    countries = {f"country {one.rule.country}": limit_named(one.rule, names) for one in settings.country_limits}
    groups = {f"group {at}": limit_named(one.rule, names) for at, one in enumerate(settings.group_limits, 1)}
    return countries | groups


def _counts(settings: "RuleSettings", found: "Counts", kinds: "dict[str, str]") -> "Iterator[tuple[str, str, str]]":
    most = "none" if settings.investor_limit is None else f"{settings.investor_limit:,}"
    yield "all", f"{found.investors:,}", most
    limits = (*settings.country_limits, *settings.group_limits)
    for whom, limit, counted in zip(kinds.values(), limits, (*found.countries, *found.groups), strict=True):
        yield whom, f"{counted:,}", f"{limit.rule.limit:,}"


# ---- rule contracts ----


def deploy(
    session: "Session",
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="vesting, volume, hours, approval, spenders, sanctions or compliance."),
    ],
    share_class: ClassOption = None,
) -> Answer:
    """Deploy a rule contract. Then the admin gives its settings to compliance (rules empower), which lets a class obey it (rules add).

    Nothing of it goes into the record: keep the address. There is no --dry-run, because a deployment has nothing that could refuse it.
    """
    from tokenkit.external import RuleKind, deploy_rule

    record = session.record
    kind = RuleKind.HOURS if kind in _HOURS_IN_PLANS else kind
    token = session.share_class(share_class).address if kind == RuleKind.COMPLIANCE else None
    _ = session.sender
    session.confirm([f"Deploy a rule contract: {kind}"])
    session.unlock()
    authority, rulebook = record.address("manager"), record.address("rulebook")
    address = deploy_rule(
        session.suite.chain, kind, session.signer, authority=authority, rulebook=rulebook, token=token
    )

    def show_contract(console: Console) -> None:
        console.print(f"[green]✓[/green] The {kind} rule is at {address}. No class obeys it yet.")
        console.print(f"Next, as the admin: tokenkit rules empower {address}")
        console.print(f"Then, as compliance officer: tokenkit rules add {address} --class SYMBOL")

    return Answer(data={"kind": kind, "address": address}, show=show_contract)


def empower(session: "Session", rule: AddressArgument) -> Answer:
    """Give the settings of a rule contract to the compliance officer; an act of the admin."""
    from tokenkit.errors import InvalidInput
    from tokenkit.external import empower as prepare
    from tokenkit.external import kind_of

    kind = kind_of(session.chain, rule)
    if kind is None:
        raise InvalidInput(f"{rule} is none of tokenkit's rule contracts, so its powers are not known.")
    acts = session.carry_out([prepare(session.chain, kind, rule, authority=session.record.address("manager"))])
    return Answer(data={"kind": kind, **acts}, show=lambda console: show_acts(console, acts))


def add(session: "Session", rule: AddressArgument, share_class: ClassOption = None) -> Answer:
    """Let a class obey a rule contract. Says what its settings for the class come to, and warns where it has none."""
    from tokenkit.cli._rule_contracts import look
    from tokenkit.types import parse_address

    one, address = session.share_class(share_class), parse_address(rule)
    found = look(session, one.address, address, one.decimals)
    show_warnings(session.console, [found.sentence])
    what = f"Let {one.symbol} obey the rule contract {address} ({found.name})"
    acts = session.carry_out([session.suite.rulebook.add(one.address, address).with_summary(what)])
    return Answer(data={"class": one.symbol, "rule": found, **acts}, show=lambda console: show_acts(console, acts))


def remove(session: "Session", rule: AddressArgument, share_class: ClassOption = None) -> Answer:
    """Let a class obey a rule contract no longer, even one that fails."""
    one = session.share_class(share_class)
    operation = session.suite.rulebook.remove(one.address, rule)
    acts = session.carry_out([operation.with_summary(f"{operation.summary} from {one.symbol}")])
    return Answer(data={"class": one.symbol, **acts}, show=lambda console: show_acts(console, acts))
