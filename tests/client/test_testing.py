"""The pytest plugin: isolation of tests, and an assertion that cannot be satisfied by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.client import chain_probe
from tests.client.chain_probe import COUNT, TooMany, counted

from tokenkit.chain import AnvilNode, Transaction
from tokenkit.errors import InvalidAmount, NodeUnavailable, TransactionPending, UnknownRevert
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.chain import DevelopmentChain
    from tokenkit.types import Address

ACCOUNT = "0x00000000000000000000000000000000DeaDBeef"


@pytest.fixture(scope="module")
def probe(session_chain: DevelopmentChain) -> Address:
    return chain_probe.deploy(session_chain, session_chain.accounts[0])


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_chain__changed_by_a_test__unchanged_for_the_next(chain: DevelopmentChain, probe: Address, turn: int) -> None:
    receipt = chain.send(Transaction(to=probe, data=COUNT), chain.accounts[turn])

    assert counted(receipt.output or b"") == 1
    chain.travel(by=86_400)


def test_reverts__nothing_refused__fails() -> None:
    with pytest.raises(AssertionError, match="nothing was refused"), reverts(TooMany):
        pass


def test_reverts__another_error__fails_and_shows_it() -> None:
    with pytest.raises(AssertionError, match="Expected TooMany, got UnknownRevert") as failed, reverts(TooMany):
        raise UnknownRevert

    assert isinstance(failed.value.__cause__, UnknownRevert)


def test_reverts__other_values__fails() -> None:
    with pytest.raises(AssertionError, match="'limit': 7"), reverts(TooMany, limit=8):
        raise TooMany(ACCOUNT, 7)


def test_reverts__field_that_the_error_lacks__fails_before_anything_runs() -> None:
    with pytest.raises(AssertionError, match="has the fields"), reverts(TooMany, amount=7):
        raise TooMany(ACCOUNT, 7)


def test_reverts__a_bug_instead_of_a_refusal__not_caught() -> None:
    with pytest.raises(ZeroDivisionError), reverts(TooMany):
        _ = 1 // 0


def test_reverts__as_expected__gives_the_error() -> None:
    with reverts(TooMany, account=ACCOUNT, limit=7) as refused:
        raise TooMany(ACCOUNT, 7, transaction="0xab")

    assert isinstance(refused.error, TooMany)
    assert refused.error.transaction == "0xab"


def test_reverts__error_that_is_no_revert__its_attributes() -> None:
    with reverts(TransactionPending, transaction="0xab"):
        raise TransactionPending("later", transaction="0xab")
    with reverts(InvalidAmount):
        raise InvalidAmount("no")


def test_anvil_node__program_that_does_not_start__unavailable(tmp_path: Path) -> None:
    program = tmp_path / "anvil"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    with pytest.raises(NodeUnavailable, match="did not start"), AnvilNode(program):
        pass


def test_anvil_node__no_program__says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENKIT_ANVIL", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NodeUnavailable, match="npm ci"):
        AnvilNode()


@pytest.mark.anvil
def test_anvil_node__after_the_block__gone(anvil_chain: DevelopmentChain) -> None:
    with AnvilNode() as node:
        process = node._process
        assert process is not None
        assert process.poll() is None

    assert process.poll() is not None
    node.stop()
