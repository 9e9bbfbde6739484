"""Securities on EVM chains, run from Python: plan, deploy, verify, and drive a suite of security-token contracts.

Names are imported when they are first used: the command line answers ``--help`` without loading a chain. The two verbs that are
modules of their own are imported from there: ``from tokenkit.deploy import deploy``, ``from tokenkit.verify import verify``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenkit.chain import Chain, KeystoreSigner, LocalChain, LocalSigner, NodeSigner, RpcChain, Signer
    from tokenkit.errors import ChainError, InvalidInput, Reverted, TokenkitError
    from tokenkit.ledger import Choice, Majority
    from tokenkit.operation import Operation, Sent, safe_batch
    from tokenkit.plan import Plan
    from tokenkit.record import Record
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.types import Address, parse_address
    from tokenkit.verify import Difference, Verification

__all__ = [
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
]

_HOMES = {
    "chain": ("Chain", "KeystoreSigner", "LocalChain", "LocalSigner", "NodeSigner", "RpcChain", "Signer"),
    "errors": ("ChainError", "InvalidInput", "Reverted", "TokenkitError"),
    "ledger": ("Choice", "Majority"),
    "operation": ("Operation", "Sent", "safe_batch"),
    "plan": ("Plan",),
    "record": ("Record",),
    "suite": ("ShareClass", "Suite"),
    "types": ("Address", "parse_address"),
    "verify": ("Difference", "Verification"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module  # noqa: PLC0415 - only for the first use of a name

            value: object = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
