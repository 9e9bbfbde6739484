"""Voting: directly, signed for somebody to hand in, or in secret."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from tokenkit.cli._output import Answer
from tokenkit.cli._shown import carried_out
from tokenkit.cli.meeting._classes import ClassOption, HolderOption, MeetingArgument, class_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.cli._session import Session
    from tokenkit.ledger import Answer as Votes
    from tokenkit.operation import Operation
    from tokenkit.voting import GivenBallot, ItemNotice


def vote(
    session: "Session",
    *,
    meeting: MeetingArgument,
    answers: Annotated[
        list[str],
        typer.Argument(
            metavar="ANSWER…",
            help="One for each resolution: for, against, abstain; in units for=60,against=40; options from 1 on: 1=60,3=40; "
            "one option's number alone gives it all votes.",
        ),
    ],
    share_class: ClassOption = None,
    holder: HolderOption = None,
    rest: Annotated[bool, typer.Option("--rest", help="Leave proxies what they have.")] = False,
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="FILE", help="Send nothing; write the signed ballot.")
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            "--secret", metavar="FILE", help="Hand in only the hash; the ballot and its salt go to this new file."
        ),
    ] = None,
) -> Answer:
    """Vote the whole agenda: directly, signed for somebody to hand in, or in secret. The last ballot counts.

    Plain answers without --class are given with the units of every class that meets.
    """
    from tokenkit.errors import InvalidInput

    if sign is not None and secret is not None:
        raise InvalidInput("Give --sign or --secret, not both.")
    plain = not any("=" in answer or answer.strip().isdecimal() for answer in answers)
    if plain and not (sign or secret or holder or rest or share_class):
        cast = session.voting.vote(meeting, answers)
        return carried_out(session, [_said(cast, answers)])
    given = _given(session, meeting, answers, share_class, holder, rest=rest)
    if sign is not None:
        return _sign(session, meeting, given, sign)
    if secret is not None:
        return _commit(session, meeting, given, secret)
    return carried_out(session, [_said(session.voting.booth.cast(meeting, [given], voter=session.sender), answers)])


def open_ballot(
    session: "Session",
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `meeting vote --secret` wrote.")],
) -> Answer:
    """Open a secret ballot after the close, before the end; one that nobody opens is present and abstains."""
    from tokenkit.voting import SecretBallot

    sealed = SecretBallot.from_json(file.read_text(encoding="utf-8"))
    return carried_out(session, [session.voting.booth.open(sealed)])


def _said(operation: "Operation[Any]", answers: list[str]) -> "Operation[Any]":
    return operation.with_summary(f"{operation.summary}: {'; '.join(answers)}")


def _sign(session: "Session", meeting: int, given: "GivenBallot", path: Path) -> Answer:
    from tokenkit.errors import InvalidKey

    session.unlock()
    if session.signer is None:
        raise InvalidKey("Nobody to sign. Give --keystore FILE, or put the key into the environment.")
    signed = session.voting.booth.sign(session.signer, meeting, given)
    path.write_text(signed.to_json(), encoding="utf-8")
    data = {"file": path, "voter": signed.voter, "holder": given.holder, "signed_at": signed.signed_at}
    told = f"Written to {path}. Whoever has it can hand it in (meeting cast-batch). Nothing was sent."
    return Answer(data=data, show=lambda console: console.print(escape(told)))


def _commit(session: "Session", meeting: int, given: "GivenBallot", path: Path) -> Answer:
    """Write the ballot with its salt before its hash is handed in: without the file nobody could open it."""
    booth, trying = session.voting.booth, session.settings.dry_run
    named = booth.proxies(meeting, given.holder, class_index=given.class_index)
    by = next((one.proxy for one in named if one.proxy == session.sender), None)
    sealed = booth.secret(meeting, given, proxy=by)
    operation = booth.commit(sealed)
    operation.simulate(session.sender)
    if not trying:
        _write_secret(path, sealed.to_json())
    done = carried_out(session, [operation])

    def show(console: Any) -> None:  # noqa: ANN401 - a console of rich
        done.show(console)
        if not trying:
            console.print(escape(f"Keep {path}, and show it to nobody: open it after the close with `meeting open`."))

    return Answer(data={**done.data, "ballot": None if trying else path}, show=show)


def _given(
    session: "Session", meeting: int, answers: list[str], symbol: str | None, holder: str | None, *, rest: bool
) -> "GivenBallot":
    from tokenkit.errors import InvalidInput
    from tokenkit.types import parse_address
    from tokenkit.voting import GivenBallot

    notice, index = session.voting.notice(meeting), class_index(session, meeting, symbol)
    decimals = session.decimals_of(notice.tokens[index])
    account = parse_address(holder or session.sender)

    def in_all() -> int:
        booth = session.voting.booth
        units = booth.units(meeting, account, class_index=index, voter=session.sender, rest=rest)
        if not units:
            raise InvalidInput(
                f"{account} has no votes of {session.symbol_of(notice.tokens[index])} that are left to give."
            )
        return units

    def said(number: int, text: str, item: "ItemNotice | None") -> "Votes":
        try:
            return _answer(text, decimals, item, in_all)
        except InvalidInput as error:
            raise InvalidInput(f"Resolution {number}: {error}") from error

    items = [*notice.agenda, *[None] * len(answers)]
    return GivenBallot(
        holder=account,
        class_index=index,
        rest=rest,
        answers=tuple(
            said(number, one, item) for number, (one, item) in enumerate(zip(answers, items, strict=False), 1)
        ),
    )


def _answer(text: str, decimals: int, item: "ItemNotice | None", in_all: "Callable[[], int]") -> "Votes":
    """Read an answer to a resolution; *in_all* asks how many units the ballot is for."""
    from tokenkit.errors import InvalidInput
    from tokenkit.types import parse_units
    from tokenkit.voting import parse_choice

    has_options = item is not None and bool(item.options)
    if "=" not in text:
        if item is not None and has_options and text.strip().isdecimal() and int(text):
            return {int(text) - 1: in_all() * item.seats}
        if has_options and text.strip().lower() != "abstain":
            raise InvalidInput(
                f"{text!r} is no answer where there are options. Give an option's number for all votes, votes by number, "
                "as in 1=60,2=40, or abstain."
            )
        return parse_choice(text)
    parts: dict[int, int] = {}
    for part in text.split(","):
        name, _, amount = part.partition("=")
        if has_options and not (name.isdecimal() and int(name)):
            raise InvalidInput(f"{name!r} is not an option. Give its number on the agenda, from 1 on, as in 1=60.")
        option = int(name) - 1 if has_options else int(parse_choice(name))
        if option in parts:
            raise InvalidInput(f"{name!r} stands twice in one answer.")
        parts[option] = parse_units(amount, decimals)
    return parts


def _write_secret(path: Path, text: str) -> None:
    """Write what nobody else may read, and never over another ballot's salt."""
    from tokenkit.errors import InvalidInput

    if path.exists():
        raise InvalidInput(f"{path} exists; a ballot in it could not be opened any more. Give --secret a new file.")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
