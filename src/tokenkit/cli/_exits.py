"""What a command's exit code says, and how an error is told: one sentence, no traceback."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.cli._refusals import Told


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    REFUSED = 1
    """A contract or tokenkit refused, or something failed."""
    BAD_INPUT = 2
    """Wrong usage, or a value, file, key or address that cannot be used."""
    CHAIN_UNAVAILABLE = 3
    """The node cannot be reached, does not answer, or serves another chain."""
    DIFFERENCES = 4
    """A verification or reconciliation found differences."""
    NOT_IN_FORCE = 5
    """A regime was applied, but part of it is not in force: holders have to be counted, or a rule contract is missing."""


def exit_code(error: Exception) -> Exit:
    """Return the exit code that stands for *error*."""
    from tokenkit import errors  # noqa: PLC0415 - imported when there is an error to sort, not for --help

    if isinstance(error, errors.InvalidInput | errors.PlanChanged | errors.ReadOnly | OSError):
        return Exit.BAD_INPUT
    if isinstance(error, errors.NodeUnavailable | errors.NodeTimeout | errors.WrongChain):
        return Exit.CHAIN_UNAVAILABLE
    if isinstance(error, errors.VerifyError):
        return Exit.DIFFERENCES
    return Exit.REFUSED


def sentence(error: Exception, told: Told | None = None) -> str:
    """Say what went wrong, and what to do; *told* is a refusal explained."""
    from tokenkit import errors  # noqa: PLC0415 - as above

    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    notes = [note for note in getattr(error, "__notes__", ()) if note]
    if not isinstance(error, errors.Reverted):
        return " ".join([str(error), *notes])
    return " ".join([f"Refused: {told.sentence if told else error}", *notes])


def as_json(error: Exception, told: Told | None = None) -> Mapping[str, object]:
    """Return the error as the ``error`` object of a JSON answer."""
    from tokenkit import errors  # noqa: PLC0415 - as above

    fields = dict(error.fields) if isinstance(error, errors.Reverted) else {}
    return {
        "type": type(error).__name__,
        **({"restriction": told.restriction} if told and told.restriction else {}),
        "message": sentence(error, told),
        "fields": fields,
        "exit_code": int(exit_code(error)),
    }
