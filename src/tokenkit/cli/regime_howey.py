"""``tokenkit regime howey``: the questionnaire, asked or read from a file, saved, and put among a class's documents."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._output import Answer, item
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.regimes.howey import Answers, Assessment, Rendered


def add_to(group: typer.Typer) -> None:
    """Add the command to *group*."""
    command(
        group,
        "howey",
        label="regime howey",
        sends=True,
        examples=[
            "tokenkit regime howey --form answers.toml",
            "tokenkit regime howey --answers answers.toml --out howey",
            "tokenkit regime howey --answers answers.toml --class QWA --document howey --uri ipfs://…",
        ],
    )(howey)


def howey(
    session: "Session",
    *,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="FILE", help="Answers in TOML; left out: they are asked for.")
    ] = None,
    form: Annotated[
        Path | None, typer.Option("--form", metavar="FILE", help="Write the questions to fill in, and do nothing else.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="NAME", help="Write NAME.md, NAME.json and, if asked here, NAME.toml.")
    ] = Path("howey"),
    share_class: Annotated[
        str | None, typer.Option("--class", metavar="SYMBOL", help="Put it among the documents of this class.")
    ] = None,
    document: Annotated[str, typer.Option("--document", metavar="NAME", help="The document's name there.")] = "howey",
    uri: Annotated[str, typer.Option("--uri", metavar="URI", help="Where the Markdown file can be read.")] = "",
) -> Answer:
    """Is it an investment contract under SEC v. Howey? Asks for the facts, says what they come to and why, and saves it.

    Not legal advice. With --class the SHA-256 of the Markdown file goes on the chain; nothing else does.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.regimes import howey as questionnaire

    if form is not None:
        return _form(form)
    if answers is None and (session.settings.json or not _somebody_there()):
        raise InvalidInput(
            "Nobody is there to answer. Give --answers FILE; `tokenkit regime howey --form FILE` writes one."
        )
    if answers is None:
        _refuse_written(out, ".md", ".json", ".toml")  # before anybody answers for nothing
    given = questionnaire.answers_from_toml(answers) if answers else _asked(session)
    assessment = questionnaire.assess(given)
    rendered = questionnaire.render(assessment)
    files = _saved(out, rendered, given if answers is None else None)
    acts = _on_chain(session, share_class, document, uri, rendered)
    data = {
        "subject": given.subject,
        "outcome": str(assessment.outcome),
        "reasons": assessment.reasons,
        "prongs": [{"prong": str(one.prong), "outcome": str(one.outcome)} for one in assessment.prongs],
        "files": [str(file) for file in files],
        "sha256": rendered.markdown_hash,
        "json_sha256": rendered.json_hash,
        **acts,
    }

    def show(console: Console) -> None:
        _show(console, assessment, rendered, files)
        if acts:
            show_acts(console, acts)

    return Answer(data=data, show=show)


def _somebody_there() -> bool:
    return sys.stdin.isatty()


def _form(form: Path) -> Answer:
    from tokenkit.errors import InvalidInput
    from tokenkit.regimes.howey import UNNAMED, Answers, answers_to_toml

    if form.exists():
        raise InvalidInput(f"{form} is there already. Name another file.")
    form.write_text(answers_to_toml(Answers(subject=UNNAMED, given={})), encoding="utf-8")
    said = f"Written to {form}. Answer the questions there, and give it with --answers."
    return Answer(data={"form": str(form)}, show=lambda console: console.print(said))


def _asked(session: "Session") -> "Answers":
    """Ask for everything at the terminal."""
    from datetime import UTC, datetime

    from rich.prompt import Prompt

    from tokenkit.regimes.howey import NOT_ADVICE, Answers, Reply, questions
    from tokenkit.regimes.howey import Answer as Given

    console = session.console
    console.print(f"[bold]{NOT_ADVICE}[/bold]")
    subject = Prompt.ask("What is it about? (name of the instrument)", console=console)
    by = Prompt.ask("Who answers?", console=console, default="", show_default=False)
    given = {}
    for question in questions():
        console.print(f"\n[bold]{escape(question.text)}[/bold]\n[dim]{escape(question.why)}[/dim]")
        initials = {str(each)[0]: each for each in Reply}
        choices = [*map(str, Reply), *initials]
        said = Prompt.ask(
            "Answer (yes, no, unknown)",
            choices=choices,
            show_choices=False,
            case_sensitive=False,
            default=str(Reply.UNKNOWN),
            console=console,
        )
        text = Prompt.ask("The facts", default="", show_default=False, console=console)
        given[question.id] = Given(reply=initials[said[0]], text=text)
    return Answers(subject=subject, by=by, on=datetime.now(UTC).date(), given=given)


def _saved(out: Path, rendered: "Rendered", answers: "Answers | None") -> list[Path]:
    from tokenkit.regimes.howey import answers_to_toml

    contents = {out.with_suffix(".md"): rendered.markdown, out.with_suffix(".json"): rendered.json}
    if answers is not None:
        contents[out.with_suffix(".toml")] = answers_to_toml(answers).encode()
    changed = [file.suffix for file, content in contents.items() if file.exists() and file.read_bytes() != content]
    _refuse_written(out, *changed)
    for file, content in contents.items():
        file.write_bytes(content)
    return list(contents)


def _refuse_written(out: Path, *suffixes: str) -> None:
    """Refuse to write over what may be on the chain by its hash already."""
    from tokenkit.errors import InvalidInput

    for suffix in suffixes:
        file = out.with_suffix(suffix)
        if file.exists():
            raise InvalidInput(f"{file} is there already and would be overwritten. Give another name with --out.")


def _on_chain(session: "Session", symbol: str | None, name: str, uri: str, rendered: "Rendered") -> dict[str, Any]:
    from tokenkit.errors import InvalidInput

    if symbol is None:
        return {}
    if not uri:
        raise InvalidInput(
            "A document on the chain needs a place. Give --uri with where the Markdown file can be read."
        )
    one = session.share_class(symbol)
    operation = one.documents.set(name, uri, rendered.markdown_hash)
    return session.carry_out(
        [
            operation.with_summary(
                f"Set the document {name!r} of {symbol}: {uri}, SHA-256 {rendered.markdown_hash.hex()}"
            )
        ]
    )


def _show(console: Console, assessment: "Assessment", rendered: "Rendered", files: list[Path]) -> None:
    from tokenkit.regimes.howey import NOT_ADVICE

    console.print(
        f"[bold]{escape(assessment.answers.subject)}[/bold]: a security under US law? [bold]{assessment.outcome}[/bold]."
    )
    for reason in assessment.reasons:
        console.print(item("•", escape(reason)))
    told = " ".join(assessment.reasons)
    for one in assessment.prongs:
        if str(one.prong) not in told:
            console.print(item(" ", f"[dim]{one.prong}: {one.outcome}[/dim]"))
    console.print(f"Written to {', '.join(map(str, files))}.")
    console.print(f"SHA-256 of the Markdown: {rendered.markdown_hash.hex()}", soft_wrap=True)
    console.print(f"[dim]{NOT_ADVICE}[/dim]")
