"""The order in which a compiler is looked for, and what is refused on the way."""

from __future__ import annotations

import hashlib
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import requests
import solcx.install

from _toolchain import compilers
from _toolchain.errors import ToolchainError
from _toolchain.settings import SOLC_BUILD

if TYPE_CHECKING:
    from pathlib import Path

BINARY = f"#!/bin/sh\necho 'Version: {SOLC_BUILD}.Linux.g++'\n".encode()


@pytest.fixture(autouse=True)
def nothing_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from a machine without any compiler, node or network."""

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.delenv(compilers.SETTING, raising=False)
    monkeypatch.setattr(compilers, "_store", lambda: tmp_path)
    monkeypatch.setattr(solcx.install, "get_solcx_install_folder", lambda *_: tmp_path)
    monkeypatch.setattr(compilers.socket, "create_connection", unreachable)
    monkeypatch.setattr(compilers.shutil, "which", lambda _: None)
    monkeypatch.setattr(compilers.platform, "system", lambda: "Linux")
    monkeypatch.setattr(compilers.platform, "machine", lambda: "x86_64")


def _executable(path: Path, text: bytes = BINARY) -> Path:
    path.write_bytes(text)
    path.chmod(0o755)
    return path


def _online(monkeypatch: pytest.MonkeyPatch, content: bytes, sha256: str) -> None:
    answer = SimpleNamespace(content=content, raise_for_status=lambda: None)
    monkeypatch.setattr(compilers.socket, "create_connection", lambda *_, **__: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    monkeypatch.setitem(compilers.NATIVE_SOLC, ("Linux", "x86_64"), ("linux", sha256))


def test_find__nothing_anywhere__lists_what_was_tried() -> None:
    with pytest.raises(ToolchainError) as refusal:
        compilers.find()
    words = str(refusal.value)
    places = [
        words.index(part)
        for part in (
            "are not set",
            "py-solc-x has no solc",
            "cannot be reached",
            "node is not on PATH",
            "Run `make node`",
        )
    ]
    assert places == sorted(places)


def test_find__explicit_but_missing__refused_without_a_search(tmp_path: Path) -> None:
    _executable(tmp_path / "solc-v0.8.37")
    with pytest.raises(ToolchainError, match="The compiler you set cannot be used"):
        compilers.find(str(tmp_path / "absent"))


def test_find__explicit_but_another_build__refused(tmp_path: Path) -> None:
    other = _executable(tmp_path / "other", b"#!/bin/sh\necho 'Version: 0.8.37-nightly.1+commit.00000000'\n")
    with pytest.raises(ToolchainError, match="is not solc"):
        compilers.find(str(other))


def test_find__download_with_another_hash__never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = tmp_path / "ran"
    _online(monkeypatch, f"#!/bin/sh\ntouch {witness}\n".encode(), "00" * 32)
    with pytest.raises(ToolchainError, match="it was not run"):
        compilers.find()
    assert not witness.exists()
    assert not (tmp_path / "solc-v0.8.37").exists()


def test_find__explicit_setting__goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _executable(tmp_path / "solc-v0.8.37")
    mine = _executable(tmp_path / "mine")
    monkeypatch.setenv(compilers.SETTING, str(mine))
    assert compilers.find() == compilers.Compiler(path=mine, origin="explicit setting")


def test_find__installed__goes_before_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = _executable(tmp_path / "solc-v0.8.37")
    _online(monkeypatch, BINARY, hashlib.sha256(BINARY).hexdigest())
    assert compilers.find() == compilers.Compiler(path=installed, origin="py-solc-x")


def test_find__download_with_the_pinned_hash__kept_in_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _online(monkeypatch, BINARY, hashlib.sha256(BINARY).hexdigest())
    assert compilers.find() == compilers.Compiler(path=tmp_path / "solc-v0.8.37", origin="py-solc-x download")
    assert compilers.find().origin == "py-solc-x"


@pytest.mark.compiler
def test_shim__answers_like_the_native_compiler() -> None:
    try:
        found = compilers._verified(compilers.SHIM, "shim")
    except compilers._Unavailable as reason:
        pytest.skip(str(reason))
    output = found.compile(
        {
            "language": "Solidity",
            "sources": {
                "A.sol": {"content": "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\ncontract A {}"}
            },
            "settings": {"outputSelection": {"*": {"*": ["abi"]}}},
        }
    )
    assert output["contracts"]["A.sol"]["A"]["abi"] == []
    version = subprocess.run([compilers.SHIM, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.splitlines()[-1] == f"Version: {SOLC_BUILD}.Linux.g++"
