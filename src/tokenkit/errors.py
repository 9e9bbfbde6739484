"""Every error that tokenkit raises, as one tree.

::

    TokenkitError
    ├── InvalidInput (also a ValueError)
    │   ├── InvalidAddress
    │   ├── InvalidAmount
    │   ├── InvalidCountry
    │   ├── InvalidKey
    │   ├── InvalidPlan
    │   ├── InvalidRecord
    │   ├── InvalidOcf
    │   ├── CannotCompose
    │   └── RegimeUnavailable
    ├── ChainError
    │   ├── NodeUnavailable
    │   ├── NodeTimeout
    │   ├── NodeError
    │   ├── WrongChain
    │   ├── ReadOnly
    │   ├── StaleAbi
    │   ├── TransactionRejected
    │   ├── TransactionPending
    │   └── Reverted
    │       ├── RevertReason
    │       ├── Panic
    │       ├── OutOfGas
    │       ├── UnknownRevert
    │       └── (one class for each Solidity error, in tokenkit.reverts)
    ├── DeployError
    │   └── PlanChanged
    ├── VerifyError
    └── NoHolders

Errors of web3, requests, eth-tester, eth-abi and eth-account never leave ``tokenkit.chain``: they are the ``__cause__`` of one of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.types import Address

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class TokenkitError(Exception):
    """Anything that tokenkit refuses or could not do."""


class InvalidInput(TokenkitError, ValueError):
    """A value given by the caller is not acceptable; the message says what to give instead."""


class InvalidAddress(InvalidInput):
    """Not an account address, or one with a wrong checksum."""


class InvalidAmount(InvalidInput):
    """Not an amount that can be written exactly in whole units."""


class InvalidCountry(InvalidInput):
    """Not an ISO 3166-1 country."""


class InvalidKey(InvalidInput):
    """A private key or keystore that cannot be used; the message never holds the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file a person wrote: where, what, and what to do about it."""

    line: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key + ': ' if self.key else ''}{self.message} {self.remedy}".strip()


class InvalidPlan(InvalidInput):
    """A deployment plan that cannot be deployed; ``problems`` holds all that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem], *, file: str = "the plan") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        self.file = file
        super().__init__("\n".join(f"{file}, {problem}" for problem in self.problems))


class InvalidRecord(InvalidInput):
    """A deployment record that cannot be read."""


class InvalidOcf(InvalidInput):
    """An Open Cap Format package that cannot be read."""


class CannotCompose(InvalidInput):
    """Requirements that cannot all be met together; ``regimes`` are those that collide."""

    def __init__(self, reason: str, *, regimes: Sequence[str] = ()) -> None:
        self.reason = reason
        self.regimes = tuple(regimes)
        named = f"{' and '.join(self.regimes)} cannot be applied to one class. " if len(self.regimes) > 1 else ""
        super().__init__(f"{named}{reason}")


class RegimeUnavailable(InvalidInput):
    """A regime that does not exist for this issuer, or not on the facts given."""

    def __init__(self, regime: str, reason: str) -> None:
        self.regime = regime
        self.reason = reason
        super().__init__(f"{regime}: {reason}")


class ChainError(TokenkitError):
    """The chain, or the node that speaks for it, did not do what was asked."""


class NodeUnavailable(ChainError):
    """The node could not be reached, or broke off."""


class NodeTimeout(ChainError):
    """The node did not answer in time."""


class NodeError(ChainError):
    """The node answered with an error that has no class of its own."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class WrongChain(ChainError):
    """The node speaks for another chain than the one expected."""

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(
            f"The node serves chain {actual}, but chain {expected} is expected. Give the URL of a node of chain {expected}."
        )
        self.expected = expected
        self.actual = actual


class ReadOnly(ChainError):
    """A transaction was asked for without anyone to sign it."""

    def __init__(self) -> None:
        super().__init__(
            "No signer: this session can only read. Give a keystore, a key in the environment, or an account of the node."
        )


class StaleAbi(ChainError):
    """A contract answered with no code or with bytes that do not fit the ABI: another version, or a wrong address."""


class TransactionRejected(ChainError):
    """The node refused a transaction (nonce, funds, fee or gas limit), so it will never be mined."""

    def __init__(self, message: str, *, transaction: str | None = None) -> None:
        super().__init__(message)
        self.transaction = transaction


class TransactionPending(ChainError):
    """A transaction was sent but not seen mined in time; it may still be."""

    def __init__(self, message: str, *, transaction: str) -> None:
        super().__init__(message)
        self.transaction = transaction


class Reverted(ChainError):
    """A contract refused a call or a transaction.

    A subclass for a Solidity error names ``selector``, ``abi_types``, ``field_names`` and ``sentence_template`` (its ``@notice``, where
    ``{field}`` stands for a value), and is made with the decoded values in order. Each value is an attribute by its field name.
    """

    selector: ClassVar[bytes] = b""
    abi_types: ClassVar[tuple[str, ...]] = ()
    field_names: ClassVar[tuple[str, ...]] = ()
    sentence_template: ClassVar[str] = "The contract refused."

    def __init__(
        self, *values: object, data: bytes = b"", contract: Address | None = None, transaction: str | None = None
    ) -> None:
        if len(values) != len(self.field_names):
            raise TypeError(f"{type(self).__name__} takes {len(self.field_names)} values, not {len(values)}")
        super().__init__(*values)
        for name, value in zip(self.field_names, values, strict=True):
            setattr(self, name, value)
        self.data = data
        self.contract = contract
        self.transaction = transaction
        self.explanation = ""
        """What the values mean, where that takes more than the template; it then is the sentence."""

    @property
    def fields(self) -> Mapping[str, object]:
        """The values that the contract gave with its refusal, by name."""
        return dict(zip(self.field_names, self.args, strict=True))

    @property
    def sentence(self) -> str:
        """The refusal as a sentence for a person."""
        if self.explanation:
            return self.explanation
        fields = self.fields
        return _PLACEHOLDER.sub(lambda found: _shown(fields.get(found[1], found[0])), self.sentence_template)

    def __str__(self) -> str:
        values = ", ".join(f"{name}={_shown(value)}" for name, value in self.fields.items())
        return f"{self.sentence} [{type(self).__name__}({values})]"


class RevertReason(Reverted):
    """A contract refused with a text: ``revert("…")`` or ``require(…, "…")``."""

    selector = bytes.fromhex("08c379a0")
    abi_types = ("string",)
    field_names = ("reason",)
    sentence_template = "The contract refused: {reason}"

    reason: str


class Panic(Reverted):
    """A contract broke an assertion of the Solidity compiler (overflow, division by zero, index out of range, …)."""

    selector = bytes.fromhex("4e487b71")
    abi_types = ("uint256",)
    field_names = ("code",)

    code: int

    _MEANINGS: ClassVar[Mapping[int, str]] = {
        0x00: "compiler panic",
        0x01: "assertion failed",
        0x11: "arithmetic overflow or underflow",
        0x12: "division by zero",
        0x21: "value outside an enum",
        0x22: "badly encoded storage byte array",
        0x31: "pop from an empty array",
        0x32: "array index out of range",
        0x41: "too much memory asked for",
        0x51: "call of an unset function pointer",
    }

    @property
    def sentence(self) -> str:
        """The refusal as a sentence for a person."""
        return f"The contract failed: {self._MEANINGS.get(self.code, 'unknown panic')} (panic 0x{self.code:02x})."


class OutOfGas(Reverted):
    """A call or transaction used up its gas before it ended."""

    sentence_template = "The gas was used up before the end. Send fewer rows at once, or allow more gas."


class UnknownRevert(Reverted):
    """A contract refused without a reason, or with an error that none of tokenkit's contracts declares."""

    @property
    def sentence(self) -> str:
        """The refusal as a sentence for a person."""
        if not self.data:
            return "The contract refused without giving a reason."
        return f"The contract refused with an error unknown to tokenkit: 0x{self.data.hex()}"


class DeployError(TokenkitError):
    """A deployment could not go on."""


class PlanChanged(DeployError):
    """A deployment was begun with another plan than the one given now; ``difference`` has the lines, as in a diff."""

    def __init__(self, difference: Sequence[str]) -> None:
        self.difference = tuple(difference)
        changed = "\n".join(self.difference)
        super().__init__(
            f"The record was begun with another plan. Restore that plan to continue, or give a new record file to begin again.\n{changed}"
        )


class VerifyError(TokenkitError):
    """What is on the chain is not what the record says."""


class NoHolders(TokenkitError):
    """A register that holds no units has nobody to share with."""

    def __init__(self) -> None:
        super().__init__("Nobody holds any units, so there is nobody to share among.")


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
