"""Arguments and options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

ClassOption = Annotated[
    str | None, typer.Option("--class", metavar="SYMBOL", help="Share class; may be left out where there is only one.")
]
IssuerOption = Annotated[bool, typer.Option("--issuer", help="Over all classes of the issuer together.")]
DocumentOption = Annotated[
    Path | None, typer.Option("--document", metavar="FILE", help="Document it rests on; its SHA-256 goes on the chain.")
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes on the chain.")]
TIMES = "A date (2030-06-30: its first second in UTC), a time with zone (2030-06-30T12:00:00Z) or unix seconds."

LAST_TIMES = (
    "A date (2030-06-30: up to its last second in UTC), a time with zone (2030-06-30T12:00:00Z) or unix seconds."
)


def from_environment(record: Path) -> bool:
    """Tell whether the record in use is the one that TOKENKIT_RECORD names."""
    return os.environ.get("TOKENKIT_RECORD") == str(record)


def document_hash(document: Path | None) -> bytes:
    """Return the hash of a document, or that of no document."""
    from tokenkit._arguments import NO_DOCUMENT  # noqa: PLC0415 - keeps --help light
    from tokenkit.documents import hash_file  # noqa: PLC0415 - as above

    return NO_DOCUMENT if document is None else hash_file(document)
