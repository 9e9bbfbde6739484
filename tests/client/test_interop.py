"""interop: what is said of contracts that answer little, or nonsense. Against T-REX's own contracts it is tested in tests/interop/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from tokenkit import interop
from tokenkit._trex import MODULES, REVERTS
from tokenkit.artifacts import load
from tokenkit.chain.decoding import decode
from tokenkit.errors import RevertReason, UnknownRevert
from tokenkit.restrictions import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Chain
    from tokenkit.errors import Reverted
    from tokenkit.types import Address

TOKEN, REGISTRY, COMPLIANCE, MODULE, IDENTITY, ISSUER, WALLET, OTHER = (f"0x{digit * 40}" for digit in "12345678")
YES, NO = (1).to_bytes(32), bytes(32)


def word(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")


@dataclass
class Answering:
    """A chain on which contracts answer what a test says, and refuse everything else."""

    answers: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def batch_call(self, calls: Sequence[tuple[Address, bytes]], **_: object) -> tuple[bytes | Reverted, ...]:
        known = {(to, load("ITrex").selector(function)): answer for (to, function), answer in self.answers.items()}
        return tuple(known.get((to, data[:4]), UnknownRevert(data=b"")) for to, data in calls)

    def verified(self) -> list[str]:
        reasons = interop.why_not_verified(cast("Chain", self), REGISTRY, WALLET)
        return [one.sentence() for one in reasons]

    def compliant(self) -> list[str]:
        reasons = interop.why_not_compliant(cast("Chain", self), COMPLIANCE, WALLET, OTHER, 5)
        return [one.sentence() for one in reasons]


@pytest.mark.parametrize("identity", [{}, {(REGISTRY, "identity"): NO}])
def test_why_not_verified__wallet_without_an_identity__is_not_registered(
    identity: dict[tuple[str, str], bytes],
) -> None:
    chain = Answering({(REGISTRY, "isVerified"): NO, **identity})
    assert chain.verified() == [f"{WALLET} is not registered in the identity registry {REGISTRY}."]


def test_why_not_verified__registry_that_is_not_T_REX__says_no_more_than_no() -> None:
    chain = Answering({(REGISTRY, "isVerified"): NO, (REGISTRY, "identity"): word(IDENTITY)})
    silent = f"The identity registry {REGISTRY} does not say what {WALLET} lacks."
    assert chain.verified() == [silent]
    lists = {(REGISTRY, "topicsRegistry"): word(OTHER), (REGISTRY, "issuersRegistry"): word(ISSUER)}
    assert Answering(chain.answers | lists).verified() == [silent]
    assert Answering(chain.answers | {(REGISTRY, "isVerified"): YES}).verified() == []


@pytest.mark.parametrize("answer", [b"", b"\1", (2).to_bytes(32)])
def test_why_not_verified__answer_that_is_no_bool__counts_as_none(answer: bytes) -> None:
    chain = Answering({(REGISTRY, "isVerified"): answer, (REGISTRY, "identity"): word(IDENTITY)})
    assert len(chain.verified()) == 1


def test_why_not_compliant__contract_without_modules__says_no_more_than_no() -> None:
    silent = f"The compliance contract {COMPLIANCE} does not say why it refuses."
    assert Answering().compliant() == [silent]
    assert Answering({(COMPLIANCE, "canTransfer"): NO}).compliant() == [silent]
    assert Answering({(COMPLIANCE, "canTransfer"): YES}).compliant() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SupplyLimitModule", f"SupplyLimitModule ({MODULE}) refuses: {MODULES['SupplyLimitModule']}."),
        ("{0}\n" + "x" * 90, f"{{0}}{'x' * 56} ({MODULE}) refuses."),
    ],
)
def test_why_not_compliant__module_that_refuses__is_named_safely(name: str, said: str) -> None:
    text = name.encode()
    encoded = (32).to_bytes(32) + len(text).to_bytes(32) + text.ljust(-len(text) % 32 + len(text), b"\0")
    modules = (32).to_bytes(32) + YES + word(MODULE)
    chain = Answering(
        {
            (COMPLIANCE, "canTransfer"): NO,
            (COMPLIANCE, "getModules"): modules,
            (MODULE, "moduleCheck"): NO,
            (MODULE, "name"): encoded,
        }
    )
    assert chain.compliant() == [f"The compliance module {said}"]
    assert Answering(chain.answers | {(MODULE, "moduleCheck"): YES}).compliant() == [
        f"The compliance contract {COMPLIANCE} does not say why it refuses."
    ]


def test_further__refusals_with_reasons_of_their_own__asks_nothing() -> None:
    refusal = Refusal(code=40, account=cast("Address", WALLET), limit=1, actual=2, largest=1, earliest=None)
    asked = interop.further(cast("Chain", None), TOKEN, [refusal], sender=WALLET, receiver=OTHER, units=2)
    assert asked == ()


def test_decode__revert_string_of_T_REX__carries_what_it_means() -> None:
    text = b"Transfer not possible"
    data = RevertReason.selector + (32).to_bytes(32) + len(text).to_bytes(32) + text.ljust(32, b"\0")
    assert decode(data).__notes__ == [REVERTS["Transfer not possible"]]
