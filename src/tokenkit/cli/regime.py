"""``tokenkit regime``: securities law as terms and rules: listed, shown, applied; and the Howey questionnaire."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli import regime_howey
from tokenkit.cli._command import command
from tokenkit.cli._options import ClassOption
from tokenkit.cli._output import Answer, facts, item, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.cli._rule_scope import Scope
    from tokenkit.cli._session import Session
    from tokenkit.regimes import Regime, Selection
    from tokenkit.ruleset import Requirements

NOT_ADVICE = "Not legal advice: a help for people who know the law, and for their counsel."

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Which regime; `tokenkit regime list` names them.")]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(
        no_args_is_help=True, help="Securities law as terms and rules: list, show, apply. Not legal advice."
    )
    app.add_typer(group, name="regime")
    command(group, "list", label="regime list", chain=False, examples=["tokenkit regime list"])(list_regimes)
    command(group, "show", label="regime show", chain=False, examples=["tokenkit regime show reg-d-506b"])(show)
    command(
        group,
        "apply",
        label="regime apply",
        sends=True,
        examples=[
            "tokenkit regime apply reg-d-506b --class QWA --dry-run",
            "tokenkit regime apply reg-d-506c reg-s --set reg-s.category=3 --class QWA",
        ],
    )(apply)
    regime_howey.add_to(group)


def list_regimes(_session: "Session") -> Answer:
    """List the regimes."""
    from tokenkit.regimes import catalogue

    regimes = catalogue()
    data = [{"id": one.id, "title": one.title, "jurisdiction": one.jurisdiction} for one in regimes]

    def show_list(console: Console) -> None:
        rows = [(one.id, one.title, one.jurisdiction) for one in regimes]
        console.print(table(None, ("Id", "Regime", "Jurisdiction"), rows))
        console.print(f"[dim]{NOT_ADVICE}[/dim]")

    return Answer(data={"regimes": data}, show=show_list)


def show(_session: "Session", regime: IdArgument) -> Answer:
    """Show a regime: what it enforces, what it leaves to you, its sources and its parameters."""
    from tokenkit.regimes import find

    one = find(regime)
    data = {
        "id": one.id,
        "title": one.title,
        "jurisdiction": one.jurisdiction,
        "covers": one.covers,
        "does_not_cover": one.does_not_cover,
        "sources": [
            {
                "law": each.law,
                "section": each.section,
                "title": each.title,
                "note": each.note,
                "read": each.read.isoformat(),
            }
            for each in one.sources
        ],
        "parameters": [
            {
                "name": each.name,
                "kind": str(each.kind),
                "text": each.text,
                "default": each.default,
                "needed": each.needed,
            }
            for each in one.parameters
        ],
    }
    return Answer(data=data, show=lambda console: _show(console, one))


def _show(console: Console, one: "Regime") -> None:
    console.print(f"[bold]{escape(one.title)}[/bold] ({one.id}, {one.jurisdiction})")
    for heading, sign, sentences in (
        ("It enforces", "[green]✓[/green]", one.covers),
        ("It leaves to you", "[yellow]![/yellow]", one.does_not_cover),
    ):
        console.print(f"\n{heading}:")
        for sentence in sentences:
            console.print(item(sign, escape(sentence)))
    if one.parameters:
        console.print("\nParameters (--set NAME=VALUE):")
        console.print(facts((each.name, escape(_parameter(each))) for each in one.parameters))
    console.print("\nSources:")
    for source in one.sources:
        said = f"{source.law}, {source.section}: {source.title}. {source.note} (looked up on {source.read.isoformat()})"
        console.print(item("•", f"[dim]{escape(said)}[/dim]"))
    console.print(f"\n[dim]{NOT_ADVICE}[/dim]")


def _parameter(parameter: object) -> str:
    from tokenkit.regimes import Parameter

    if not isinstance(parameter, Parameter):
        return ""
    default = "" if parameter.default is None else f" By default {parameter.default}."
    return f"{'Needed. ' if parameter.needed else ''}{parameter.text} Give {parameter.kind}.{default}"


def apply(
    session: "Session",
    regimes: Annotated[list[str], typer.Argument(metavar="ID…", help="Regimes that hold together.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A fact of the offering; REGIME.NAME=VALUE for one of several."
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Set exactly what the regimes ask of the class; what they do not ask of it is switched off. What holds over all classes stays.",
        ),
    ] = False,
    share_class: ClassOption = None,
) -> Answer:
    """Set the terms and rules of a class as regimes ask, on top of what it has: the stricter of every figure.

    Shows in words what is on the chain and what is to be, refuses what contradicts itself, and then sends.

    Exit code 5: part of it is not in force, because holders have to be counted or a rule contract is missing.
    """
    from tokenkit.cli._rule_scope import scope_of
    from tokenkit.cli._rulebook import change, in_force
    from tokenkit.regimes import apply as ask
    from tokenkit.ruleset import Requirements

    scope = scope_of(session, share_class, issuer=False)
    now = in_force(session, scope)
    asked = _lapsed_as(now, ask(_selections(regimes, settings or ()), claims=session.record.plan.claims))
    bare = Requirements(terms=None if asked.terms else now.terms, issuer_rules=now.issuer_rules)
    wanted = _on_top(bare if replace else now, asked, scope)
    return change(session, scope, wanted, notes=(*wanted.notes, NOT_ADVICE), whole=True)


def _lapsed_as(now: "Requirements", asked: "Requirements") -> "Requirements":
    """Keep whether lapsed holders may sell: laws look at who acquires, and this is the issuer's choice."""
    from dataclasses import replace

    if asked.terms is None or now.terms is None:
        return asked
    return replace(asked, terms=replace(asked.terms, lapsed_may_sell=now.terms.lapsed_may_sell))


def _on_top(base: "Requirements", asked: "Requirements", scope: "Scope") -> "Requirements":
    """Compose what a class has with what is asked for, and say what is its own where they do not fit."""
    from dataclasses import replace

    from tokenkit.errors import CannotCompose
    from tokenkit.ruleset import NO_RULES, Requirements, compose, describe

    try:
        return compose(base, asked)
    except CannotCompose as error:
        own = replace(
            NO_RULES,
            country_limits=base.rules.country_limits,
            group_limits=base.rules.group_limits,
            flow_back=base.rules.flow_back,
            flow_back_until=base.rules.flow_back_until,
        )
        words = " ".join(describe(Requirements(terms=base.terms, rules=own), {}))
        raise CannotCompose(
            f"{' and '.join(asked.regimes)} cannot be put on top of what {scope.name} has. {error.reason} {scope.name} has: {words} "
            f"End what is not needed with `tokenkit rules set … off {scope.option}`, or let --replace end all of it."
        ) from None


def _selections(regimes: "Sequence[str]", settings: "Iterable[str]") -> "list[Selection]":
    """Hand each value to the regime that it names, or to every one that has such a parameter."""
    from tokenkit.errors import InvalidInput
    from tokenkit.regimes import Selection, find

    values: dict[str, dict[str, object]] = {regime: {} for regime in regimes}
    known = {regime: {one.name for one in find(regime).parameters} for regime in regimes}
    for setting in settings:
        name, equals, value = setting.partition("=")
        regime, _, own = name.rpartition(".")
        takers = [one for one in known if own in known[one] and regime in ("", one)]
        if not equals or not takers:
            raise InvalidInput(
                f"{setting!r} sets nothing that {' or '.join(regimes)} has to be told. "
                "`tokenkit regime show ID` lists the parameters; write NAME=VALUE."
            )
        for one in takers:
            values[one][own] = value
    return [Selection(regime=regime, values=values[regime]) for regime in regimes]
