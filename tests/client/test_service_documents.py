"""The documents service: what a file was, on the chain, so that tampering shows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tokenkit.documents import decode_name, encode_name, hash_file
from tokenkit.errors import InvalidInput
from tokenkit.reverts import AccessManagedUnauthorized, ERC1643MissingDocument
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.documents import Documents
    from tokenkit.suite import Suite
    from tokenkit.testing import People

URI = "https://example.test/articles.pdf"


@pytest.fixture
def documents(suite: Suite) -> Documents:
    return suite.classes["ORD"].documents


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.pdf"
    path.write_bytes(b"the articles")
    return path


@pytest.mark.parametrize("name", ["", "n" * 33, "é" * 17, "a\x00b"])
def test_set__bad_name__refused(documents: Documents, name: str) -> None:
    with pytest.raises(InvalidInput):
        documents.set(name, URI, bytes(32))


def test_set__bad_hash__refused(documents: Documents) -> None:
    with pytest.raises(InvalidInput):
        documents.set("articles", URI, b"short")


def test_set__wrong_caller__refused(documents: Documents, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        documents.set("articles", URI, bytes(32)).send(people.ana)


def test_hash_file__no_such_file__refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        hash_file(tmp_path / "none.pdf")


def test_remove__missing__refused(documents: Documents, people: People) -> None:
    with reverts(ERC1643MissingDocument):
        documents.remove("articles").send(people.issuer)


def test_check__no_such_document__names_those_there_are(documents: Documents, people: People, file: Path) -> None:
    documents.set("prospectus", URI, hash_file(file)).send(people.issuer)
    with pytest.raises(InvalidInput, match="'prospectus'"):
        documents.check("articles", file)


def test_set__a_file__found_again_and_tampering_shows(documents: Documents, people: People, file: Path) -> None:
    documents.set("articles", URI, hash_file(file)).send(people.issuer)
    found = documents.get("articles")
    assert found is not None
    assert (found.name, found.uri, found.document_hash) == ("articles", URI, hashlib.sha256(b"the articles").digest())
    assert documents.all() == (found,)
    assert documents.check("articles", file).matches
    file.write_bytes(b"the articles, changed")
    assert not documents.check("articles", file).matches


def test_remove__a_document__gone(documents: Documents, people: People, file: Path) -> None:
    documents.set("articles", URI, hash_file(file)).send(people.issuer)
    documents.remove("articles").send(people.issuer)
    assert documents.get("articles") is None
    assert documents.all() == ()


@pytest.mark.parametrize("name", ["articles", "Satzung für 2030", "n" * 32])
def test_names__round_trip(name: str) -> None:
    assert decode_name(encode_name(name)) == name


def test_decode_name__not_text__hexadecimal() -> None:
    assert decode_name(b"\xff" * 32) == "0x" + "ff" * 32
