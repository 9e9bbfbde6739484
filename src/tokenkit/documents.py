"""The documents of one share class: names, locations and hashes on the chain, so that tampering shows (ERC-1643)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit._arguments import hashed
from tokenkit._contract import TOKEN, Contract
from tokenkit.errors import InvalidInput

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address

_NAME_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it stands on the chain."""

    name: str
    uri: str
    document_hash: bytes
    """SHA-256 of the file."""
    modified: int
    """Unix second of the last change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCheck:
    """A file beside the document that the chain knows by a name."""

    document: Document
    file: Path
    file_hash: bytes

    @property
    def matches(self) -> bool:
        """Whether the file is the one on record."""
        return self.file_hash == self.document.document_hash


class Documents:
    """The documents of one token."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, token: str) -> None:
        self._contract = Contract(chain, token, *TOKEN)

    @property
    def address(self) -> Address:
        """The token's address."""
        return self._contract.address

    def set(self, name: str, uri: str, document_hash: bytes) -> Operation[None]:
        """Add or replace a document; make the hash with :func:`hash_file`."""
        return self._contract.write(
            "setDocument", encode_name(name), uri, hashed(document_hash), summary=f"Set the document {name!r}"
        )

    def remove(self, name: str) -> Operation[None]:
        """Remove a document.

        Raises (when tried):
            ERC1643MissingDocument: there is none of this name.
        """
        return self._contract.write("removeDocument", encode_name(name), summary=f"Remove the document {name!r}")

    def get(self, name: str) -> Document | None:
        """Return a document, or ``None`` if there is none of this name."""
        uri, document_hash, modified = self._contract.read("getDocument", encode_name(name))
        if not modified:
            return None
        return Document(name=name, uri=uri, document_hash=document_hash, modified=modified)

    def all(self) -> tuple[Document, ...]:
        """Return all documents, by name."""
        names = self._contract.read("getAllDocuments")
        answers = self._contract.read_many([("getDocument", (name,)) for name in names])
        found = [
            Document(name=decode_name(name), uri=uri, document_hash=document_hash, modified=modified)
            for name, (uri, document_hash, modified) in zip(names, answers, strict=True)
        ]
        return tuple(sorted(found, key=lambda document: document.name))

    def check(self, name: str, file: str | Path) -> DocumentCheck:
        """Compare a file with the hash on the chain.

        Raises:
            InvalidInput: no document of this name, or no such file.
        """
        document = self.get(name)
        if document is None:
            raise InvalidInput(f"The token has no document named {name!r}. Its documents: {self._names()}.")
        return DocumentCheck(document=document, file=Path(file), file_hash=hash_file(file))

    def _names(self) -> str:
        return ", ".join(repr(document.name) for document in self.all()) or "none"


def hash_file(file: str | Path) -> bytes:
    """Return the SHA-256 of a file, as ``sha256sum`` prints it.

    Raises:
        InvalidInput: the file cannot be read.
    """
    try:
        with Path(file).open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read ({error.strerror}). Give the path of the document.") from error


def encode_name(name: str) -> bytes:
    """Write a document's name as the 32 bytes that ERC-1643 wants.

    Raises:
        InvalidInput: empty, or above 32 bytes of UTF-8.
    """
    raw = name.encode()
    if not 0 < len(raw) <= _NAME_BYTES or b"\x00" in raw:
        raise InvalidInput(f"{name!r} cannot name a document. Give 1 to {_NAME_BYTES} bytes of text.")
    return raw.ljust(_NAME_BYTES, b"\x00")


def decode_name(raw: bytes) -> str:
    """Read a document's name; a name that is no text (other tools hash them) comes as hexadecimal digits."""
    try:
        return raw.rstrip(b"\x00").decode()
    except UnicodeDecodeError:
        return f"0x{raw.hex()}"
