"""A cap table's way: package, batch, chain, package; the same holdings at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit.chain import LocalChain
from tokenkit.cli import _session
from tokenkit.cli._exits import Exit
from tokenkit.cli.demo._world import office, plan_path
from tokenkit.deploy import deploy
from tokenkit.ocf import batch_from_toml, example_directory, import_package
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.cli.conftest import Run

INVESTORS = example_directory() / "investors.csv"


def test_import_apply__from_package_to_chain_to_package__same_holdings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, plan = LocalChain(), Plan.read(plan_path())
    record = deploy(plan, chain, chain.accounts[-2])
    record.write(tmp_path / "record.toml")
    monkeypatch.setattr(_session, "connect", lambda *_, **__: chain)
    keys = {signer.address: f"0x{number:064x}" for number, signer in enumerate(chain.accounts, 1)}

    def do(*arguments: object, by: str | None = None) -> Any:  # noqa: ANN401 - whatever the command says
        shared = ("--rpc", "http://test.invalid", "--record", tmp_path / "record.toml", "--json")
        key = {"TOKENKIT_PRIVATE_KEY": keys[office(chain, plan, by).address]} if by else None
        return run(*arguments, *shared, *(("--yes",) if by else ()), env=key)

    batch = tmp_path / "batch.toml"
    assert run("import", "ocf", example_directory(), "--out", batch).code == Exit.OK

    # One line of the list has an attestation that has ended: the chain refuses it, and nothing is registered.
    refused = do("investor", "import", INVESTORS, by="registrar")
    assert (refused.code, refused.error["type"]) == (Exit.REFUSED, "AlreadyExpired")
    good = tmp_path / "investors.csv"
    lines = INVESTORS.read_text(encoding="utf-8").splitlines(keepends=True)
    good.write_text("".join(line for line in lines if "prospect-sandner" not in line), encoding="utf-8")
    assert do("investor", "import", good, by="registrar").data["new"] == 32

    without = tmp_path / "without.csv"
    without.write_text("".join(line for line in lines if "founder-imhof" not in line), encoding="utf-8")
    missing = do("import", "apply", batch, "--investors", without, by="issuer")
    assert missing.code == Exit.BAD_INPUT
    assert "founder-imhof" in missing.error["message"]

    applied = do("import", "apply", batch, "--investors", good, by="issuer")
    assert applied.data["units"] == {"QWO": 1_174_200, "QWA": 409_500}
    again = do("import", "apply", batch, "--investors", good, by="issuer")
    assert (again.code, again.error["type"]) == (Exit.BAD_INPUT, "InvalidInput")

    package = tmp_path / "package"
    arguments = ("captable", "--investors", good, "--batch", batch, "--ocf", package)
    assert do(*arguments).data["differences"] == []
    assert do(*arguments).code == Exit.BAD_INPUT  # no package is overwritten
    exported = import_package(package)
    assert exported.report.differences == ()
    assert exported.batch.holdings() == batch_from_toml(batch.read_text(encoding="utf-8")).holdings()
