"""Each class of error has its exit code, its sentence, and its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit import errors
from tokenkit.cli._exits import Exit, as_json, exit_code, sentence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidAddress("x"), Exit.BAD_INPUT),
        (errors.InvalidKey("x"), Exit.BAD_INPUT),
        (errors.InvalidRecord("x"), Exit.BAD_INPUT),
        (errors.ReadOnly(), Exit.BAD_INPUT),
        (errors.PlanChanged(["-a", "+b"]), Exit.BAD_INPUT),
        (FileNotFoundError(2, "No such file", "plan.toml"), Exit.BAD_INPUT),
        (errors.NodeUnavailable("x"), Exit.CHAIN_UNAVAILABLE),
        (errors.NodeTimeout("x"), Exit.CHAIN_UNAVAILABLE),
        (errors.WrongChain(expected=1, actual=2), Exit.CHAIN_UNAVAILABLE),
        (errors.VerifyError("x"), Exit.DIFFERENCES),
        (errors.UnknownRevert(), Exit.REFUSED),
        (errors.NoHolders(), Exit.REFUSED),
        (errors.TransactionRejected("x"), Exit.REFUSED),
    ],
)
def test_exit_code__each_class_of_error__as_documented(error: Exception, code: Exit) -> None:
    assert exit_code(error) is code
    assert as_json(error)["exit_code"] == code


def test_sentence__a_missing_file__names_it() -> None:
    assert sentence(FileNotFoundError(2, "No such file", "plan.toml")) == "plan.toml cannot be used: No such file."


def test_as_json__a_revert__carries_its_fields() -> None:
    assert as_json(errors.Panic(0x11))["fields"] == {"code": 0x11}


def test_explain__no_node__bad_input_with_a_remedy(run: Run, tmp_path: Path) -> None:
    ran = run("explain", WALLET, WALLET, "1", "--record", tmp_path / "none.toml")
    assert ran.code == Exit.BAD_INPUT
    assert "--rpc URL" in ran.err
    assert "Traceback" not in ran.err


def test_explain__no_record__bad_input_as_json(run: Run) -> None:
    ran = run("explain", WALLET, WALLET, "1", "--rpc", "http://127.0.0.1:1", "--json")
    assert ran.code == Exit.BAD_INPUT
    assert ran.error["type"] == "InvalidInput"
    assert "--record" in ran.error["message"]
    assert ran.json["command"] == "explain"


def test_doctor__node_down__chain_unavailable(run: Run) -> None:
    ran = run("doctor", "--rpc", "http://127.0.0.1:1", "--json")
    assert ran.code == Exit.CHAIN_UNAVAILABLE
    assert ran.error["type"] == "NodeUnavailable"


def test_any__unknown_option__usage(run: Run) -> None:
    assert run("captable", "--nonsense").code == Exit.BAD_INPUT


def test_deploy__no_such_plan__bad_input(run: Run, tmp_path: Path) -> None:
    ran = run("deploy", tmp_path / "plan.toml", "--dry-run", "--json")
    assert ran.code == Exit.BAD_INPUT
    assert ran.error["type"] == "InvalidPlan"


def test_verify__not_a_record__bad_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "record.toml"
    file.write_text("nonsense = 1\n", encoding="utf-8")
    ran = run("verify", file, "--rpc", "http://127.0.0.1:1", "--json")
    assert ran.code == Exit.BAD_INPUT
    assert ran.error["type"] == "InvalidRecord"


def test_any__debug__traceback_on_stderr_and_the_sentence(run: Run) -> None:
    ran = run("explain", WALLET, WALLET, "1", "--debug")
    assert "Traceback" in ran.err
    assert ran.code == Exit.BAD_INPUT
