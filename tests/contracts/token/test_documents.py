"""Documents of a class (ERC-1643)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.reverts import AccessManagedUnauthorized, ERC1643InvalidName, ERC1643MissingDocument

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt

ARTICLES, MINUTES, TERMS = (name.ljust(32, b"\0") for name in (b"articles", b"minutes", b"terms"))
HASH = b"\x44" * 32


def put(stage: Stage, name: bytes, uri: str = "ipfs://one", digest: bytes = HASH) -> Receipt:
    return stage.token.send(stage.people.issuer, "setDocument", name, uri, digest)


def remove(stage: Stage, name: bytes) -> Receipt:
    return stage.token.send(stage.people.issuer, "removeDocument", name)


def names(stage: Stage) -> list[bytes]:
    return list(stage.token.read("getAllDocuments"))


@pytest.mark.parametrize("who", ["ana", "mallory", "compliance", "admin"])
def test_setDocument__by_another_than_the_issuer__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "setDocument", ARTICLES, "ipfs://one", HASH)


def test_setDocument__empty_name__refused(stage: Stage) -> None:
    with stage.refused(ERC1643InvalidName):
        put(stage, bytes(32))


def test_removeDocument__by_a_stranger__refused(stage: Stage) -> None:
    put(stage, ARTICLES)
    with stage.refused(AccessManagedUnauthorized, caller=stage.people.mallory.address):
        stage.token.send(stage.people.mallory, "removeDocument", ARTICLES)


def test_removeDocument__unknown__refused(stage: Stage) -> None:
    put(stage, ARTICLES)
    with stage.refused(ERC1643MissingDocument):
        remove(stage, MINUTES)


def test_removeDocument__removed_already__refused(stage: Stage) -> None:
    put(stage, ARTICLES)
    remove(stage, ARTICLES)
    with stage.refused(ERC1643MissingDocument):
        remove(stage, ARTICLES)


def test_getDocument__unknown__is_empty(stage: Stage) -> None:
    assert stage.token.read("getDocument", ARTICLES) == ("", bytes(32), 0)
    assert names(stage) == []


def test_setDocument__new__is_kept_with_its_time(stage: Stage) -> None:
    receipt = put(stage, ARTICLES)
    event = {"_name": ARTICLES, "_uri": "ipfs://one", "_documentHash": HASH}
    assert stage.said(receipt) == [("DocumentUpdated", event)]
    assert stage.token.read("getDocument", ARTICLES) == ("ipfs://one", HASH, stage.chain.now())
    assert names(stage) == [ARTICLES]
    assert stage.second.read("getAllDocuments") in ([], ())


def test_setDocument__known_name__replaces_it(stage: Stage) -> None:
    put(stage, ARTICLES)
    stage.chain.travel(by=50)
    receipt = put(stage, ARTICLES, "ipfs://two", b"\x55" * 32)
    event = {"_name": ARTICLES, "_uri": "ipfs://two", "_documentHash": b"\x55" * 32}
    assert stage.said(receipt) == [("DocumentUpdated", event)]
    assert stage.token.read("getDocument", ARTICLES) == ("ipfs://two", b"\x55" * 32, stage.chain.now())
    assert names(stage) == [ARTICLES]


@pytest.mark.parametrize("gone", [ARTICLES, MINUTES, TERMS])
def test_removeDocument__one_of_three__leaves_the_others_removable(stage: Stage, gone: bytes) -> None:
    everything = [ARTICLES, MINUTES, TERMS]
    for name in everything:
        put(stage, name)
    receipt = remove(stage, gone)
    event = {"_name": gone, "_uri": "ipfs://one", "_documentHash": HASH}
    assert stage.said(receipt) == [("DocumentRemoved", event)]
    assert stage.token.read("getDocument", gone) == ("", bytes(32), 0)
    left = [name for name in everything if name != gone]
    assert sorted(names(stage)) == sorted(left)
    for name in left:
        remove(stage, name)
    assert names(stage) == []
    put(stage, gone)
    assert names(stage) == [gone]
