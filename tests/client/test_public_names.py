"""The names that users import from the package."""

import subprocess
import sys

import tokenkit

NAMES = {
    "Address",
    "Chain",
    "ChainError",
    "Choice",
    "Difference",
    "InvalidInput",
    "KeystoreSigner",
    "LocalChain",
    "LocalSigner",
    "Majority",
    "NodeSigner",
    "Operation",
    "Plan",
    "Record",
    "Reverted",
    "RpcChain",
    "Sent",
    "ShareClass",
    "Signer",
    "Suite",
    "TokenkitError",
    "Verification",
    "parse_address",
    "safe_batch",
}


def test_package__public_names__are_these() -> None:
    assert set(tokenkit.__all__) == NAMES
    assert list(tokenkit.__all__) == sorted(tokenkit.__all__)


def test_package__every_name__can_be_imported() -> None:
    for name in NAMES:
        assert getattr(tokenkit, name) is not None


def test_package__imported_alone__loads_no_chain() -> None:
    script = "import sys, tokenkit; print(sorted(set(sys.modules) & {'web3', 'eth', 'eth_account', 'pydantic'}))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
