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
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.cli._rulebook import Scope
    from tokenkit.cli._session import Session
    from tokenkit.rules import Counts, Holders, LimitState, RuleSettings

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
    from tokenkit.cli._rule_contracts import name_of
    from tokenkit.cli._rulebook import pending_sentence, scope_of, show_pending

    scope = scope_of(session, share_class, issuer=issuer)
    settings = session.suite.rulebook.show(scope.token)
    contracts = [{"address": rule, "name": name_of(session, rule)} for rule in settings.external_rules]
    lines = list(_lines(session, scope, settings))
    lines += [(True, f"A rule contract is asked: {one['name']} ({one['address']}).") for one in contracts]
    data = {
        "scope": scope.name,
        "decimals": scope.decimals,
        "settings": settings,
        "pending": settings.pending,
        "contracts": contracts,
        "sentences": [sentence for _, sentence in lines],
    }

    def show_rules(console: Console) -> None:
        console.print(f"[bold]{escape(scope.name)}[/bold]: {'' if lines else 'no rules.'}")
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
        yield True, "Nobody on the deny list gives, gets or moves units."


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
    from tokenkit.cli._rulebook import scope_of

    scope = scope_of(session, share_class, issuer=issuer)
    rules = session.suite.rulebook
    holders = _holders(session, scope)
    found = rules.recount(scope.token, holders)
    waiting = rules.show(scope.token).pending
    pages = rules.count(scope.token, holders, afresh=afresh) if waiting or afresh else ()
    acts = session.carry_out([one.with_summary(one.summary.replace(scope.token, scope.name)) for one in pages])
    settings = rules.show(scope.token)
    differences = rules.prove_counts(scope.token, holders)
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
            table(None, ("Investors", "Counted", "Limit"), _counts(settings, found), right=("Counted", "Limit"))
        )
        for each in differences:
            console.print(
                item("[red]✗[/red]", f"{each.about}: counted {each.counted}, the rulebook says {each.stored}.")
            )
        if acts["mode"] in ("sent", "nothing to do") and not settings.pending and not differences:
            console.print("[green]✓[/green] All limits on investors are in force, and the counts are right.")

    return Answer(data=data, show=show_count, exit_code=Exit.DIFFERENCES if differences else Exit.OK)


def _holders(session: "Session", scope: "Scope") -> "Holders":
    if scope.share_class is not None:
        return list(map(str, scope.share_class.transfers.register().units))
    classes = session.suite.classes.values()
    return {one.address: list(map(str, one.transfers.register().units)) for one in classes}


def _counts(settings: "RuleSettings", found: "Counts") -> "Iterator[tuple[str, str, str]]":
    most = "none" if settings.investor_limit is None else f"{settings.investor_limit:,}"
    yield "all", f"{found.investors:,}", most
    kinds = (("country", settings.country_limits, found.countries), ("group", settings.group_limits, found.groups))
    for kind, limits, counts in kinds:
        for at, (limit, counted) in enumerate(zip(limits, counts, strict=True), 1):
            name = f"country {limit.rule.country}" if kind == "country" else f"group {at}"
            yield name, f"{counted:,}", f"{limit.rule.limit:,}"


# ---- rule contracts ----


def deploy(
    session: "Session",
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="vesting, volume, hours, approval, spenders, sanctions or compliance."),
    ],
    share_class: ClassOption = None,
) -> Answer:
    """Deploy a rule contract. Then the admin gives its settings to compliance (rules empower), which lets a class obey it (rules add)."""
    from tokenkit.external import RuleKind, deploy_rule

    record = session.record
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
    """Let a class obey a rule contract."""
    from tokenkit.cli._rule_contracts import name_of
    from tokenkit.types import parse_address

    one, address = session.share_class(share_class), parse_address(rule)
    what = f"Let {one.symbol} obey the rule contract {address} ({name_of(session, address)})"
    acts = session.carry_out([session.suite.rulebook.add(one.address, address).with_summary(what)])
    return Answer(data={"class": one.symbol, **acts}, show=lambda console: show_acts(console, acts))


def remove(session: "Session", rule: AddressArgument, share_class: ClassOption = None) -> Answer:
    """Let a class obey a rule contract no longer, even one that fails."""
    one = session.share_class(share_class)
    operation = session.suite.rulebook.remove(one.address, rule)
    acts = session.carry_out([operation.with_summary(f"{operation.summary} from {one.symbol}")])
    return Answer(data={"class": one.symbol, **acts}, show=lambda console: show_acts(console, acts))
